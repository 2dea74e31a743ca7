/** The events as a list: each step can be typed, each event removed, and new ones added. */
import { ActionIcon, Button, NumberInput } from "@mantine/core";
import type { ReactElement } from "react";

import { handlesOf, KINDS, SINGULAR, type EventKind, type EventMarks, type Handle } from "../correcting";
import { Icon } from "./icons";

interface Props {
  marks: EventMarks;
  last: number; // step of the newest checkpoint
  chosen: string | null; // label of the handle that has the focus
  onChoose: (label: string | null) => void;
  onMove: (handle: Handle, step: number) => void;
  onRemove: (kind: EventKind, place: number) => void;
  onAdd: (kind: EventKind) => void;
}

export function EventFields({ marks, last, chosen, onChoose, onMove, onRemove, onAdd }: Props): ReactElement {
  return (
    <div className="event-fields">
      {KINDS.map((kind) => (
        <section key={kind} aria-label={kind}>
          {marks[kind].length === 0 && <p className="quiet">No {SINGULAR[kind]}.</p>}
          {marks[kind].map((_, place) => (
            <fieldset key={place} className="event-field">
              <legend>
                {SINGULAR[kind]} {place + 1}
              </legend>
              {handlesOf(marks, kind, place, last).map((handle) => (
                <NumberInput
                  key={handle.part}
                  size="xs"
                  label={handle.label.slice(handle.label.indexOf(": ") + 2)}
                  aria-label={`${handle.label}, step`}
                  data-chosen={handle.label === chosen || undefined}
                  min={handle.low}
                  max={handle.high}
                  decimalScale={1}
                  hideControls
                  value={Math.round(handle.step * 10) / 10}
                  onFocus={() => onChoose(handle.label)}
                  onChange={(step) => typeof step === "number" && step !== handle.step && onMove(handle, step)}
                />
              ))}
              <ActionIcon
                aria-label={`Remove ${SINGULAR[kind]} ${place + 1}: there is none`}
                onClick={() => onRemove(kind, place)}
              >
                <Icon name="close" size={13} />
              </ActionIcon>
            </fieldset>
          ))}
          <Button variant="default" onClick={() => onAdd(kind)}>
            Add a {SINGULAR[kind]}
          </Button>
        </section>
      ))}
    </div>
  );
}
