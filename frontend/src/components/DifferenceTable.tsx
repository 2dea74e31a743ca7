/** In what the sides differ, setting by setting; what they have in common is left out. */
import { Table } from "@mantine/core";
import type { ReactElement } from "react";

import type { ComparedSide, ComparisonBody } from "../api/types";
import { value as shownValue, words } from "../format";
import { Letter } from "./SideList";

type Difference = ComparisonBody["differences"][number];

export function DifferenceTable({
  sides,
  differences,
}: {
  sides: readonly ComparedSide[];
  differences: readonly Difference[];
}): ReactElement {
  if (differences.length === 0)
    return <p className="panel-words">{sides.length < 2 ? "Add another side to see what differs." : "Nothing."}</p>;
  return (
    <Table.ScrollContainer
      minWidth={140 + 124 * sides.length}
      scrollAreaProps={{ viewportProps: { tabIndex: 0, "aria-label": "Settings that differ", role: "region" } }}
    >
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>setting</Table.Th>
            {sides.map((side) => (
              <Table.Th key={side.letter}>
                <Letter side={side} />
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {differences.map(({ path, values }) => (
            <Table.Tr key={path}>
              <Table.Th scope="row">{words(path)}</Table.Th>
              {values.map((own, place) => (
                <Table.Td key={place}>{valuesWords(own)}</Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

/** One value, a few, or from where to where. */
export function valuesWords(values: readonly unknown[]): string {
  if (values.length === 0) return "–";
  if (values.length <= 3) return values.map(shownValue).join(", ");
  const numbers = values.filter((value) => typeof value === "number");
  if (numbers.length < values.length) return `${values.length} values`;
  const [least, greatest] = [shownValue(Math.min(...numbers)), shownValue(Math.max(...numbers))];
  return `${least}\u00a0…\u00a0${greatest} (${numbers.length}\u00a0values)`;
}
