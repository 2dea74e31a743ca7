/** What PlotlyFigure uses of Plotly, whose small builds come without types. */
declare module "plotly.js-cartesian-dist-min" {
  export interface PlotPoint {
    curveNumber: number;
    customdata?: unknown;
    pointNumber?: number | number[];
  }

  export interface PlotEvent {
    points: PlotPoint[];
    event?: MouseEvent;
    range?: Record<string, unknown>; // of a box: both ends by axis, such as x2
    lassoPoints?: Record<string, unknown>; // the corners of a lasso
  }

  export interface PlotElement extends HTMLElement {
    on(name: PlotEventName, handler: (event: PlotEvent | undefined) => void): void;
  }

  export type PlotEventName =
    "plotly_click" | "plotly_selected" | "plotly_hover" | "plotly_unhover" | "plotly_relayout" | "plotly_afterplot";

  interface Plotly {
    react(
      element: HTMLElement,
      data: readonly Record<string, unknown>[],
      layout: Record<string, unknown>,
      config: Record<string, unknown>,
    ): Promise<PlotElement>;
    update(
      element: HTMLElement,
      data: Record<string, unknown[]>,
      layout: Readonly<Record<string, unknown>>,
      traces: readonly number[],
    ): Promise<PlotElement>;
    relayout(element: HTMLElement, change: Record<string, unknown>): Promise<PlotElement>;
    toImage(
      figure: { data: readonly unknown[]; layout: Record<string, unknown> },
      options: { format: "png" | "svg"; width: number; height: number; scale: number },
    ): Promise<string>;
    purge(element: HTMLElement): void;
    Plots: { resize(element: HTMLElement): Promise<void> };
  }

  const plotly: Plotly;
  export default plotly;
}
