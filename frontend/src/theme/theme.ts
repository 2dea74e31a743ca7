/** The page's look: one quiet blue, greys that pass WCAG AA, compact sizes, the system's own letters. */
import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from "@mantine/core";

import { FONT } from "./plotly";

const ink: MantineColorsTuple = [
  "#eef3f8",
  "#dbe5ef",
  "#b6cade",
  "#8eadcc",
  "#6c94bd",
  "#5684b4",
  "#3f6fa3",
  "#315f90",
  "#24507d",
  "#16416b",
];

/** Bluish like the surfaces, from text to the deepest well. */
const dark: MantineColorsTuple = [
  "#d7dce2",
  "#b4bcc6",
  "#9da7b3",
  "#6b7480",
  "#3a424d",
  "#2a3038",
  "#1d2228",
  "#171a1f",
  "#12151a",
  "#0d0f13",
];

export const theme = createTheme({
  primaryColor: "ink",
  primaryShade: { light: 7, dark: 6 },
  colors: { ink, dark },
  fontFamily: FONT,
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace',
  fontSizes: { xs: "0.75rem", sm: "0.8125rem", md: "0.875rem", lg: "1rem", xl: "1.125rem" },
  defaultRadius: "sm",
  cursorType: "pointer",
  respectReducedMotion: true,
  headings: {
    fontWeight: "600",
    sizes: { h1: { fontSize: "1.125rem" }, h2: { fontSize: "0.9375rem" }, h3: { fontSize: "0.875rem" } },
  },
  components: {
    Button: { defaultProps: { size: "xs" } },
    Select: { defaultProps: { size: "xs", allowDeselect: false, checkIconPosition: "right" } },
    SegmentedControl: { defaultProps: { size: "xs" } },
    TextInput: { defaultProps: { size: "sm" } },
    Textarea: { defaultProps: { size: "sm" } },
    Checkbox: { defaultProps: { size: "xs" } },
    Radio: { defaultProps: { size: "xs" } },
    Table: { defaultProps: { verticalSpacing: 5, horizontalSpacing: "sm", fz: "sm" } },
    ActionIcon: { defaultProps: { variant: "subtle", color: "gray", size: "md" } },
    Tooltip: { defaultProps: { openDelay: 350, withArrow: true, fz: "xs" } },
  },
});

export const variables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    "--mantine-color-body": "#f5f6f8",
    "--mantine-color-text": "#24292f",
    "--mantine-color-dimmed": "#57606a",
    "--mantine-color-placeholder": "#656d76",
    "--mantine-color-error": "#b42318",
    "--surface": "#ffffff",
    "--edge": "#dfe3e8",
    "--well": "#eceff3",
  },
  dark: {
    "--mantine-color-body": "#0f1216",
    "--mantine-color-text": "#d7dce2",
    "--mantine-color-dimmed": "#9da7b3",
    "--mantine-color-placeholder": "#8b949e",
    "--mantine-color-error": "#ff9a8f",
    "--surface": "#171a1f",
    "--edge": "#2a3038",
    "--well": "#20252c",
  },
});
