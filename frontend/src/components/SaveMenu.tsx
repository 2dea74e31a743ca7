/** Takes a figure away: as a picture, as its values, or as a page of its own. */
import { ActionIcon, Menu } from "@mantine/core";
import { useRef, type ReactElement } from "react";

import { imageOf, save, type ImageFormat } from "../figure/image";
import { print } from "../printing";
import type { Files } from "../queries/figures";
import { Icon } from "./icons";

interface Props {
  title: string; // of the figure
  name: string; // of the file
  files?: Files | undefined; // where the server has its values
}

const IMAGES: readonly ImageFormat[] = ["png", "svg"];
const FILES = [
  { form: "csv", label: "Values (CSV)" },
  { form: "parquet", label: "Values (Parquet)" },
  { form: "npz", label: "Values (NumPy)" },
  { form: "html", label: "Page of its own (HTML)" },
];

const CLOSING = 250; // milliseconds

/** Stands inside the panel of its figure, where it finds what is drawn. */
export function SaveMenu({ title, name, files }: Props): ReactElement {
  const place = useRef<HTMLDivElement>(null);
  const picture = async (format: ImageFormat): Promise<void> => {
    const panel = place.current?.closest(".panel");
    const address = panel == null ? null : await imageOf(panel, format);
    if (address !== null) save(address, `${name}.${format}`);
  };
  const alone = (): void => {
    const panel = place.current?.closest<HTMLElement>(".panel");
    if (panel != null) setTimeout(() => print(panel), CLOSING); // the menu is gone by then
  };
  return (
    <div ref={place} className="save-menu">
      <Menu position="bottom-end" withinPortal={false} shadow="md" returnFocus>
        <Menu.Target>
          <ActionIcon aria-label={`Save: ${title}`} size="sm">
            <Icon name="save" size={14} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {IMAGES.map((format) => (
            <Menu.Item key={format} onClick={() => void picture(format)}>
              Picture ({format.toUpperCase()})
            </Menu.Item>
          ))}
          <Menu.Item onClick={alone}>Print, or PDF</Menu.Item>
          {files !== undefined &&
            FILES.map(({ form, label }) => (
              <Menu.Item key={form} component="a" href={`${files.address}/${form}${files.query}`} download>
                {label}
              </Menu.Item>
            ))}
        </Menu.Dropdown>
      </Menu>
    </div>
  );
}
