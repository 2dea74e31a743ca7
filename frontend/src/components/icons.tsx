/** The few pictures on buttons, drawn with the colour of their text. */
import type { ReactElement } from "react";

const SHAPES = {
  play: "M5 3.500v9l7.500-4.500z",
  pause: "M4.500 3.500h2.500v9h-2.500zM9 3.500h2.500v9h-2.500z",
  first: "M3.500 3.500h1.500v9h-1.500zM12.500 3.500v9l-6.500-4.500z",
  last: "M11 3.500h1.500v9h-1.500zM3.500 3.500v9l6.500-4.500z",
  sun: "M8 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM7.400 1h1.200v2.200h-1.200zM7.400 12.800h1.200v2.200h-1.200zM1 7.400h2.200v1.200h-2.200zM12.800 7.400h2.200v1.200h-2.200zM2.600 3.500l.9-.9 1.500 1.500-.9.9zM11 11.900l.9-.9 1.500 1.500-.9.9zM12.500 2.600l.9.9-1.500 1.500-.9-.9zM4.100 11l.9.9-1.500 1.500-.9-.9z",
  moon: "M6.200 2a6.200 6.200 0 1 0 7.800 7.800 5 5 0 0 1-7.800-7.800z",
  system: "M2 3h12v8h-5v1.500h2v1h-6v-1h2v-1.500h-5zM3.200 4.200v5.600h9.600v-5.600z",
  share:
    "M8 1.200l3.600 3.600-.9.9-2.050-2.050v6.350h-1.300v-6.350l-2.050 2.050-.9-.9zM3 7.500h2v1.200h-.8v4.600h7.600v-4.600h-.8v-1.200h2v7h-10z",
  save: "M7.350 1.500h1.300v6.600l2.300-2.300.9.9-3.850 3.850-3.850-3.850.9-.9 2.300 2.300zM2.500 10.500h1.300v2.700h8.400v-2.700h1.300v4h-11z",
  down: "M3.200 5.600l.9-.9 3.900 3.900 3.900-3.900.9.9-4.800 4.800z",
  larger:
    "M9.500 2h4.500v4.500h-1.300v-2.300l-3.300 3.300-.9-.9 3.300-3.300h-2.300zM2 9.500h1.300v2.300l3.300-3.300.9.9-3.300 3.300h2.300v1.300h-4.500z",
  smaller:
    "M8.700 2.500h1.300v2.300l3.300-3.300.9.9-3.300 3.300h2.300v1.300h-4.500zM2.800 8.500h4.500v4.500h-1.300v-2.300l-3.300 3.300-.9-.9 3.300-3.300h-2.300z",
  help: "M8 1.500a6.500 6.500 0 1 0 0 13 6.500 6.500 0 0 0 0-13zm0 1.200a5.300 5.300 0 1 1 0 10.600 5.300 5.300 0 0 1 0-10.600zM7.300 10.600h1.400v1.400h-1.400zM5.600 6.400c0-1.500 1-2.400 2.400-2.400s2.400.9 2.400 2.200c0 1.700-1.700 1.900-1.700 3.300h-1.400c0-2 1.700-2.200 1.700-3.300 0-.6-.4-1-1-1s-1 .4-1 1.200z",
  archive:
    "M2 2.500h12v3.200h-.8v7.800h-10.400v-7.800h-.8zM3.200 3.700v.9h9.600v-.9zM4.100 5.800v6.500h7.800v-6.500zM6 7.500h4v1.200h-4z",
  undo: "M6 3v2.500h3.500a3.750 3.750 0 0 1 0 7.500h-4v-1.300h4a2.450 2.450 0 0 0 0-4.900h-3.500v2.500l-3.500-3.150z",
  close:
    "M4.100 3.200l3.900 3.900 3.900-3.900.9.9-3.900 3.900 3.900 3.900-.9.9-3.900-3.900-3.900 3.900-.9-.9 3.900-3.900-3.900-3.900z",
} as const;

export type IconName = keyof typeof SHAPES;

export function Icon({ name, size = 16 }: { name: IconName; size?: number }): ReactElement {
  return (
    <svg width={size} height={size} viewBox="0 0 16 16" fill="currentColor" fillRule="evenodd" aria-hidden="true">
      <path d={SHAPES[name]} />
    </svg>
  );
}

export function Mark(): ReactElement {
  return (
    <svg width={22} height={22} viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="6" fill="#16416b" />
      <path d="M6 26V6h20" fill="none" stroke="#fff" strokeOpacity={0.35} strokeWidth={1.6} />
      <path
        d="M6 24c7-1 9-3 10.500-8S20 8 26 7.500"
        fill="none"
        stroke="#f0b429"
        strokeWidth={3}
        strokeLinecap="round"
      />
      <circle cx="16.600" cy="15.800" r="3.200" fill="#fff" />
    </svg>
  );
}
