/** The bar on top of every page: where one is, whether news arrive, light or dark. */
import { ActionIcon, Tooltip, useMantineColorScheme } from "@mantine/core";
import { useEffect, type ReactElement, type ReactNode } from "react";
import { Link, NavLink, Outlet } from "react-router";

import { useConnection, type Feed } from "../events";
import { Help } from "./Help";
import { Icon, Mark, type IconName } from "./icons";

export function Frame({ feed }: { feed: Feed }): ReactElement {
  useEffect(() => feed.start(), [feed]);
  return (
    <>
      <a className="skip" href="#content">
        Skip to the content
      </a>
      <TopBar>
        <Link to="/" className="brand" aria-label="Phasescope, gallery">
          <Mark />
          <span>Phasescope</span>
        </Link>
        <nav aria-label="Pages">
          <NavLink to="/" end>
            Gallery
          </NavLink>
          <NavLink to="/new">New</NavLink>
          <NavLink to="/compare">Compare</NavLink>
          <NavLink to="/workers">Workers</NavLink>
          <NavLink to="/shares">Shares</NavLink>
        </nav>
        <ConnectionWord feed={feed} />
      </TopBar>
      <div id="content" tabIndex={-1}>
        <Outlet />
      </div>
    </>
  );
}

/** Also of a shared page, which leads nowhere else. */
export function TopBar({ children }: { children: ReactNode }): ReactElement {
  return (
    <div className="top" role="banner">
      {children}
      <Help />
      <SchemeButton />
    </div>
  );
}

function ConnectionWord({ feed }: { feed: Feed }): ReactElement {
  const connection = useConnection(feed);
  return (
    <span className="connection" role="status" data-connection={connection}>
      {connection === "lost" && "Connection lost, trying again …"}
    </span>
  );
}

const SCHEMES: readonly { name: "auto" | "light" | "dark"; label: string; icon: IconName }[] = [
  { name: "auto", label: "Colours follow the system", icon: "system" },
  { name: "light", label: "Light colours", icon: "sun" },
  { name: "dark", label: "Dark colours", icon: "moon" },
];

function SchemeButton(): ReactElement {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const at = SCHEMES.findIndex((scheme) => scheme.name === colorScheme);
  const now = SCHEMES[at] ?? SCHEMES[0];
  const next = SCHEMES[(at + 1) % SCHEMES.length];
  return (
    <Tooltip label={now?.label}>
      <ActionIcon
        className="scheme"
        aria-label={`${now?.label ?? ""}; change`}
        onClick={() => setColorScheme(next?.name ?? "auto")}
      >
        <Icon name={now?.icon ?? "system"} />
      </ActionIcon>
    </Tooltip>
  );
}
