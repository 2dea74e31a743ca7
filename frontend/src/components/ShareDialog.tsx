/** Makes a read-only link to exactly what is seen, and hands it over once. */
import { Button, CopyButton, Modal, SegmentedControl, Switch, Textarea, TextInput } from "@mantine/core";
import { useState, type ReactElement, type SyntheticEvent } from "react";

import type { Comparison, View } from "../api/types";
import { useMakeShare } from "../queries/shares";
import { Failure } from "./Failure";

interface Props {
  opened: boolean;
  onClose: () => void;
  view: View | Comparison;
  suggestion: string;
}

const EXPIRIES = [
  { value: "", label: "never" },
  { value: "1", label: "1 day" },
  { value: "7", label: "7 days" },
  { value: "30", label: "30 days" },
];

export function ShareDialog({ opened, onClose, view, suggestion }: Props): ReactElement {
  return (
    <Modal
      withinPortal={false}
      opened={opened}
      onClose={onClose}
      title="Share this view"
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <ShareForm view={view} suggestion={suggestion} onDone={onClose} />
    </Modal>
  );
}

function ShareForm({
  view,
  suggestion,
  onDone,
}: {
  view: View | Comparison;
  suggestion: string;
  onDone: () => void;
}): ReactElement {
  const [title, setTitle] = useState(suggestion);
  const [note, setNote] = useState("");
  const [days, setDays] = useState("30");
  const [embeddable, setEmbeddable] = useState(false);
  const made = useMakeShare();
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    made.mutate({
      view,
      title: title.trim(),
      note: note.trim(),
      expires_in_days: days === "" ? null : Number(days),
      embeddable,
    });
  };
  if (made.data !== undefined)
    return (
      <MadeLink
        link={new URL(made.data.path, window.location.origin).href}
        embeddable={made.data.share.embeddable}
        onDone={onDone}
      />
    );
  return (
    <form className="form" onSubmit={submit}>
      <p>
        {"sides" in view
          ? "Whoever has the link sees this comparison, with its clock, the runs that stand in it, and the settings of their experiments; nothing of others."
          : "Whoever has the link sees this view, with its selection and its clock, and all runs of this experiment; nothing of other experiments."}{" "}
        They cannot change anything.
      </p>
      <TextInput
        label="Title"
        value={title}
        required
        maxLength={200}
        data-autofocus
        onChange={(event) => setTitle(event.currentTarget.value)}
      />
      <Textarea
        label="Note"
        description="What to look at; shown under the title."
        value={note}
        rows={3}
        resize="vertical"
        maxLength={10_000}
        onChange={(event) => setNote(event.currentTarget.value)}
      />
      <div>
        <span className="label" id="expires">
          Expires
        </span>
        <SegmentedControl aria-labelledby="expires" fullWidth data={EXPIRIES} value={days} onChange={setDays} />
      </div>
      <Switch
        label="May be embedded"
        description="Pages of other sites may show it inside them."
        checked={embeddable}
        onChange={(event) => setEmbeddable(event.currentTarget.checked)}
      />
      {made.error !== null && <Failure error={made.error} />}
      <Button type="submit" size="sm" loading={made.isPending} disabled={title.trim() === ""}>
        Make the link
      </Button>
    </form>
  );
}

interface MadeProps {
  link: string;
  embeddable: boolean;
  onDone: () => void;
}

function MadeLink({ link, embeddable, onDone }: MadeProps): ReactElement {
  const frame = `<iframe src="${link.replace("/s/", "/embed/")}" width="100%" height="720" title="Phasescope"></iframe>`;
  return (
    <div className="form">
      <Textarea
        label="Read-only link"
        classNames={{ input: "link" }}
        value={link}
        readOnly
        rows={3}
        data-autofocus
        onFocus={(event) => event.currentTarget.select()}
      />
      {embeddable && (
        <Textarea
          label="To embed it"
          classNames={{ input: "link" }}
          value={frame}
          readOnly
          rows={3}
          onFocus={(event) => event.currentTarget.select()}
        />
      )}
      <p>The link is shown this once: copy it now. It is listed, and can be revoked, under Shares.</p>
      <div className="row">
        <CopyButton value={link} timeout={2500}>
          {({ copied, copy }) => (
            <Button size="sm" onClick={copy} aria-live="polite">
              {copied ? "Copied" : "Copy link"}
            </Button>
          )}
        </CopyButton>
        <Button size="sm" variant="default" component="a" href={link} target="_blank" rel="noreferrer">
          Open it
        </Button>
        <Button size="sm" variant="subtle" color="gray" onClick={onDone}>
          Done
        </Button>
      </div>
    </div>
  );
}
