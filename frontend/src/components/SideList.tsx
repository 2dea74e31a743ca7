/** Who is compared: a letter and a colour for each side, which it has in every figure. */
import { ActionIcon, Button } from "@mantine/core";
import type { ReactElement } from "react";
import { Link } from "react-router";

import type { ComparedSide } from "../api/types";
import { counted } from "../format";
import { Icon } from "./icons";
import { StateWord } from "./Progress";

interface Props {
  sides: readonly ComparedSide[];
  onRemove?: (place: number) => void;
  onEdit?: (place: number) => void;
}

const STANDS =
  "Where only one run can be shown, as in films and in the similarity of layers: the chosen one, else the one whose curve lies deepest among those of the group";

export function SideList({ sides, onRemove, onEdit }: Props): ReactElement {
  return (
    <ul className="sides" aria-label="What is compared">
      {sides.map((side, place) => (
        <li key={side.letter} className="side" style={{ "--side": side.colour }}>
          <Letter side={side} />
          <div className="side-words">
            {onEdit === undefined ? (
              <b>{side.label}</b>
            ) : (
              <Link to={`/experiments/${side.experiment.id}`} className="side-name">
                {side.label}
              </Link>
            )}
            <span className="quiet">
              {side.label.startsWith(side.experiment.name) ? "" : `${side.experiment.name} · `}
              {side.runs.length === 0 ? "no such runs" : counted(side.runs.length, "run")}
              {" · "}
              <StateWord state={side.experiment.state} />
            </span>
            {side.runs.length > 1 && side.run != null && (
              <span className="quiet" title={STANDS}>
                run {side.run} stands for them
              </span>
            )}
          </div>
          {onEdit !== undefined && (
            <Button
              variant="subtle"
              color="gray"
              aria-label={`Choose other runs for ${side.letter}`}
              onClick={() => onEdit(place)}
            >
              Runs …
            </Button>
          )}
          {onRemove !== undefined && (
            <ActionIcon aria-label={`Remove ${side.letter}`} onClick={() => onRemove(place)}>
              <Icon name="close" />
            </ActionIcon>
          )}
        </li>
      ))}
    </ul>
  );
}

export function Letter({ side }: { side: Pick<ComparedSide, "letter" | "colour"> }): ReactElement {
  return (
    <span className="letter" style={{ "--side": side.colour }}>
      {side.letter}
    </span>
  );
}
