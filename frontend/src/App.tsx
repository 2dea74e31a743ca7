/** Addresses and what stands at them. */
import type { ReactElement } from "react";
import { Navigate, Route, Routes } from "react-router";

import { Frame } from "./components/Frame";
import type { Feed } from "./events";
import { ComparePage } from "./pages/ComparePage";
import { ExperimentPage } from "./pages/ExperimentPage";
import { GalleryPage } from "./pages/GalleryPage";
import { KeptViewPage } from "./pages/KeptViewPage";
import { NewExperimentPage } from "./pages/NewExperimentPage";
import { NotFoundPage } from "./pages/NotFoundPage";
import { RecipePage } from "./pages/RecipePage";
import { SharedPage } from "./pages/SharedPage";
import { SharesPage } from "./pages/SharesPage";
import { WorkersPage } from "./pages/WorkersPage";

/** A shared page stands outside the frame: it leads to nothing else, and listens to nothing else. */
export function App({ feed }: { feed: Feed }): ReactElement {
  return (
    <Routes>
      <Route path="/s/:token" element={<SharedPage />} />
      <Route path="/embed/:token" element={<SharedPage embedded />} />
      <Route element={<Frame feed={feed} />}>
        <Route path="/" element={<GalleryPage />} />
        <Route path="/experiments/:experiment" element={<ExperimentPage />} />
        <Route path="/compare" element={<ComparePage />} />
        <Route path="/recipes" element={<Navigate to="/" replace />} />
        <Route path="/recipes/:recipe" element={<RecipePage />} />
        <Route path="/new" element={<NewExperimentPage />} />
        <Route path="/v/:name" element={<KeptViewPage />} />
        <Route path="/workers" element={<WorkersPage />} />
        <Route path="/shares" element={<SharesPage />} />
        <Route path="*" element={<NotFoundPage />} />
      </Route>
    </Routes>
  );
}
