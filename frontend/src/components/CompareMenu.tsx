/** From the explorer to a comparison: what is selected as one group, or parted into runs, cells, groups or phases. */
import { Button, Menu } from "@mantine/core";
import type { ReactElement } from "react";
import { Link } from "react-router";

import type { RunTable, View } from "../api/types";
import { MOST_SIDES } from "../comparison";
import { counted } from "../format";
import { addressOf, asOneGroup, fits, phaseSides, waysToPart, type Way } from "../groups";
import { useRunTable } from "../queries/runs";
import type { Row } from "../table";
import { Icon } from "./icons";

interface Props {
  table: RunTable;
  view: View;
  rows: readonly Row[]; // the selected runs, or all that are listed
}

export function CompareMenu(props: Props): ReactElement {
  return (
    <Menu position="top-start" width={320} shadow="md" withinPortal={false} returnFocus>
      <Menu.Target>
        <Button variant="default" rightSection={<Icon name="down" size={11} />}>
          Compare
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Ways {...props} />
      </Menu.Dropdown>
    </Menu>
  );
}

/** Only there while the menu is open: the phases are asked for then. */
function Ways({ table, view, rows }: Props): ReactElement {
  const phases = useRunTable(view, ["phase"]).data;
  const ways = waysToPart(table, view, rows);
  const sides = view.rule === null && phases !== undefined ? phaseSides(table, view, rows, phases) : [];
  if (sides.length > 1) ways.push({ label: "each phase as a group", sides });
  const one = asOneGroup(table, view, rows);
  const chosen = new Set(view.runs);
  const { length: selected } = rows.filter((row) => chosen.has(row.run));
  return (
    <>
      <Menu.Label>
        {selected === 0 ? "of the runs that are listed" : `of ${counted(selected, "selected run")}`}
      </Menu.Label>
      {ways.map((way) => (
        <Menu.Item
          key={way.label}
          disabled={!fits(way)}
          component={Link}
          to={fits(way) ? addressOf(view, way.sides) : ""}
        >
          {beginning(way.label)}
          <small>{wordsOf(way)}</small>
        </Menu.Item>
      ))}
      <Menu.Item disabled={one === null} component={Link} to={one === null ? "" : addressOf(view, [one])}>
        All as one group<small>{one === null ? "there is no run" : "another side is added there"}</small>
      </Menu.Item>
    </>
  );
}

function wordsOf(way: Way): string {
  const many = `${way.sides.length} sides`;
  return fits(way) ? many : `${many}, and at most ${MOST_SIDES} can stand next to each other`;
}

function beginning(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
