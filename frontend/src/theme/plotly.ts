/** How figures look in the page: Plotly templates for light and dark, of one language with `theme.ts`. */

interface Ink {
  text: string;
  quiet: string;
  grid: string;
  line: string;
  surface: string;
  accent: string;
  colours: readonly string[];
}

/** Okabe & Ito 2008, told apart by colour-blind readers; darkened or lightened to stand out from the paper. */
const INKS: Readonly<Record<"light" | "dark", Ink>> = {
  light: {
    text: "#24292f",
    quiet: "#57606a",
    grid: "#e8ebef",
    line: "#c3c9d0",
    surface: "#ffffff",
    accent: "#16416b",
    colours: ["#0072b2", "#d55e00", "#008f6b", "#b5578f", "#2f9bd6", "#b98500", "#5b4b8a", "#5c5c5c"],
  },
  dark: {
    text: "#d7dce2",
    quiet: "#9da7b3",
    grid: "#262b33",
    line: "#464e59",
    surface: "#171a1f",
    accent: "#ffffff",
    colours: ["#4aa8e0", "#f28e3c", "#2cc39a", "#dd8bbd", "#8fd0f5", "#e8c04a", "#a99be0", "#b5bcc5"],
  },
};

export const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif';

export function inkOf(scheme: "light" | "dark"): Ink {
  return INKS[scheme];
}

export function templateOf(scheme: "light" | "dark"): Record<string, unknown> {
  const ink = INKS[scheme];
  const axis = {
    gridcolor: ink.grid,
    linecolor: ink.line,
    tickcolor: ink.line,
    zerolinecolor: ink.line,
    tickfont: { color: ink.quiet, size: 11 },
    title: { font: { color: ink.text, size: 12 }, standoff: 8 },
    automargin: true,
    zeroline: false,
    showline: true,
    ticks: "outside",
    ticklen: 4,
  };
  const bar = { outlinewidth: 0, thickness: 12, tickfont: { color: ink.quiet, size: 11 }, ticklen: 3 };
  return {
    layout: {
      font: { family: FONT, size: 12, color: ink.text },
      paper_bgcolor: "rgba(0,0,0,0)",
      plot_bgcolor: "rgba(0,0,0,0)",
      colorway: ink.colours,
      xaxis: axis,
      yaxis: axis,
      legend: {
        font: { size: 11, color: ink.text },
        title: { font: { size: 11, color: ink.quiet }, side: "top" },
        bgcolor: "rgba(0,0,0,0)",
      },
      hoverlabel: {
        bgcolor: ink.surface,
        bordercolor: ink.line,
        font: { family: FONT, size: 12, color: ink.text },
        align: "left",
      },
      modebar: { bgcolor: "rgba(0,0,0,0)", color: ink.quiet, activecolor: ink.text },
      coloraxis: { colorbar: bar },
      newselection: { line: { color: ink.text, width: 1, dash: "dot" } },
    },
    data: { heatmap: [{ colorbar: bar }] },
  };
}
