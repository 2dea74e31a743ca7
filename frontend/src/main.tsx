/** Puts the page together: theme, cache of answers, stream of news, addresses. */
import "@mantine/core/styles.css";
import "./theme/page.css";
import "./theme/compare.css";
import "./theme/draft.css";
import "./theme/print.css";

import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { BrowserRouter } from "react-router";

import { ApiError } from "./api/errors";
import { App } from "./App";
import { Net } from "./components/Failure";
import { Feed } from "./events";
import { listenToPrinting } from "./printing";
import { figureCards } from "./queries/figures";
import { Toasts } from "./toasts";
import { theme, variables } from "./theme/theme";

const TRIES = 2;

const cache = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000, // the stream of news renews what changes
      retry: (tried, error) => tried < TRIES && error instanceof ApiError && error.kind === "unreachable",
      throwOnError: false,
    },
  },
});
const feed = new Feed(cache);
listenToPrinting();
if (!/^\/(s|embed)\//.test(window.location.pathname)) {
  void cache.query(figureCards).catch(() => undefined); // figures wait for them; who needs them asks again
}

const place = document.getElementById("page");
if (place !== null) {
  createRoot(place).render(
    <StrictMode>
      <MantineProvider theme={theme} cssVariablesResolver={variables} defaultColorScheme="auto">
        <Net>
          <QueryClientProvider client={cache}>
            <Toasts>
              <BrowserRouter>
                <App feed={feed} />
              </BrowserRouter>
            </Toasts>
          </QueryClientProvider>
        </Net>
      </MantineProvider>
    </StrictMode>,
  );
}
