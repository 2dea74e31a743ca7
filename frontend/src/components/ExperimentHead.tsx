/** What the experiment is, how far it is, and what can be done to it. */
import { Button } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import type { ReactElement } from "react";

import type { Experiment, View } from "../api/types";
import { useCancel, useRequeue } from "../queries/experiments";
import { useWorkers } from "../queries/workers";
import { CopyLink } from "./CopyLink";
import { Icon } from "./icons";
import { PrintButton } from "./PrintButton";
import { ProgressBar, progressSentence, StateWord, troubledRuns } from "./Progress";
import { ShareDialog } from "./ShareDialog";
import { Failure } from "./Failure";
import { Confirm } from "./Confirm";

export function ExperimentHead({ experiment, view }: { experiment: Experiment; view: View }): ReactElement {
  const workers = useWorkers();
  const cancel = useCancel(experiment.id);
  const requeue = useRequeue(experiment.id);
  const [sharing, share] = useDisclosure(false);
  const training = workers.data?.filter(
    (worker) => worker.experiment === experiment.id && worker.state === "training",
  ).length;
  const going = experiment.state === "queued" || experiment.state === "running";
  const failure = cancel.error ?? requeue.error;
  return (
    <>
      <header className="head">
        <div className="head-words">
          <h1>{experiment.name}</h1>
          {experiment.description !== "" && <p>{experiment.description}</p>}
        </div>
        <div className="head-progress" data-state={experiment.state}>
          <p>
            <StateWord state={experiment.state} />
            <span>{progressSentence(experiment, training ?? null)}</span>
          </p>
          <ProgressBar progress={experiment.progress} label={`Progress of ${experiment.name}`} />
        </div>
        <div className="head-actions">
          {going && (
            <Confirm
              label="Cancel"
              question="Runs that have not ended end now. What was trained stays, and they can be queued again."
              yes="End these runs"
              busy={cancel.isPending}
              act={() => cancel.mutate()}
            />
          )}
          {troubledRuns(experiment.progress) > 0 && (
            <Button variant="default" loading={requeue.isPending} onClick={() => requeue.mutate(null)}>
              Queue {troubledRuns(experiment.progress)} again
            </Button>
          )}
          <CopyLink />
          <Button leftSection={<Icon name="share" size={14} />} onClick={share.open}>
            Share
          </Button>
          <PrintButton />
        </div>
        {failure !== null && <Failure error={failure} />}
      </header>
      <ShareDialog opened={sharing} onClose={share.close} view={view} suggestion={experiment.name} />
    </>
  );
}
