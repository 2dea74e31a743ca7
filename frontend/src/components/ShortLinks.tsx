/** Short links that Copy link has made of long addresses: what each opens, and how it goes away. */
import { Button, Table } from "@mantine/core";
import type { ReactElement } from "react";
import { Link } from "react-router";

import type { KeptViewCard } from "../api/types";
import { comparisonFromSearch } from "../comparison";
import { counted, date } from "../format";
import { useDelete } from "../queries/deletions";
import { useKeptViews } from "../queries/views";
import { Failure } from "./Failure";

/** Nothing is shown where there is none. */
export function ShortLinks(): ReactElement | null {
  const links = useKeptViews();
  if (links.error !== null && links.data === undefined) return <Failure error={links.error} retry={links.refetch} />;
  if (links.data === undefined || links.data.length === 0) return null;
  return (
    <section className="short-links" aria-labelledby="short-links">
      <header className="section-head">
        <h2 id="short-links">Short links</h2>
        <span className="quiet">
          made by Copy link, where an address is too long to send; they open this server only
        </span>
      </header>
      <div className="panel" data-flush>
        <Table.ScrollContainer
          minWidth={420}
          scrollAreaProps={{ viewportProps: { tabIndex: 0, "aria-label": "List of short links", role: "region" } }}
        >
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>link</Table.Th>
                <Table.Th>opens</Table.Th>
                <Table.Th>made</Table.Th>
                <Table.Td />
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {links.data.map((link) => (
                <Row key={link.name} link={link} />
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      </div>
    </section>
  );
}

function Row({ link }: { link: KeptViewCard }): ReactElement {
  const remove = useDelete();
  return (
    <Table.Tr>
      <Table.Td>
        <Link to={link.path}>{link.path}</Link>
      </Table.Td>
      <Table.Td>{openedBy(link.opens)}</Table.Td>
      <Table.Td>{date(link.created_at)}</Table.Td>
      <Table.Td ta="right">
        <Button
          variant="default"
          aria-label={`Delete ${link.path}`}
          loading={remove.isPending}
          onClick={() => remove.mutate({ view: link.name, share: null, experiment: null, runs: null })}
        >
          Delete
        </Button>
      </Table.Td>
    </Table.Tr>
  );
}

/** `a view of experiment 3`, `a comparison of experiments 3 and 5`: as far as the beginning of the address says it. */
export function openedBy(address: string): string {
  const [path, search] = parted(address);
  if (path === "/new") return "a new experiment";
  if (path === "/compare") {
    const numbers = [...new Set(comparisonFromSearch(search).sides.map((side) => side.experiment))];
    return numbers.length === 1
      ? `a comparison in experiment ${numbers[0]}`
      : `a comparison of ${counted(numbers.length, "experiment")}`;
  }
  return `a view of experiment ${path.slice(path.lastIndexOf("/") + 1)}`;
}

function parted(address: string): [path: string, search: string] {
  const at = address.indexOf("?");
  return at === -1 ? [address, ""] : [address.slice(0, at), address.slice(at)];
}
