/** Takes the whole page away: all its figures as one picture, or the page on paper or as PDF. */
import { ActionIcon, Menu } from "@mantine/core";
import type { ReactElement } from "react";

import { save, type ImageFormat } from "../figure/image";
import { pageImage } from "../figure/page-image";
import { print } from "../printing";
import { useToast } from "../toasts";
import { Icon } from "./icons";

const IMAGES: readonly ImageFormat[] = ["png", "svg"];
const CLOSING = 250; // milliseconds

export function PageMenu(): ReactElement {
  const say = useToast();
  const picture = async (format: ImageFormat): Promise<void> => {
    const page = document.querySelector("main");
    const heading = page?.querySelector("h1")?.textContent ?? document.title;
    const address = page === null ? null : await pageImage(page, heading, format);
    if (address === null) say("No figure has been drawn yet.");
    else save(address, `${heading}.${format}`);
  };
  return (
    <Menu position="bottom-end" width={270} withinPortal={false} shadow="md" returnFocus>
      <Menu.Target>
        <ActionIcon size="lg" className="page-menu" aria-label="Save or print the page" title="Save or print the page">
          <Icon name="print" size={15} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {IMAGES.map((format) => (
          <Menu.Item key={format} onClick={() => void picture(format)}>
            All figures as one picture ({format.toUpperCase()})
          </Menu.Item>
        ))}
        <Menu.Item onClick={() => setTimeout(() => print(), CLOSING)}>Print the page, or PDF</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
