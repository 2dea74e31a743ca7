import { expect, test } from "vitest";

import { diagramsOf, moved, placeUnder, runsAt, runsWithin, wordsAt } from "./diagrams";

/** Three diagrams of two by two cells: two above, one below; run 10 × diagram + 2 × row + column + 1. */
const layer = (place: number): Record<string, unknown> => ({
  type: "heatmap",
  xaxis: place === 0 ? "x" : `x${place + 1}`,
  yaxis: place === 0 ? "y" : `y${place + 1}`,
  x: [0, 1, 2],
  y: [0, 1, 2],
  customdata: [0, 1].map((row) => [0, 1].map((column) => [10 * place + 2 * row + column + 1])),
  hovertext: [
    ["grokking", "confusion"],
    ["", "memorisation"],
  ],
  text: [
    ["rate 1<br>1 of 2 runs", "rate 2"],
    ["", "rate 2"],
  ],
});
const axis = (left: number): object => ({ domain: [left, left + 0.5] });
const figure = {
  data: [{ type: "scatter" }, layer(0), layer(1), layer(2)],
  layout: {
    xaxis: axis(0),
    xaxis2: axis(0.5),
    xaxis3: axis(0),
    meta: { titles: ["examples 8", "examples 16", "examples 32"] },
  },
  config: null,
};
const several = diagramsOf(figure);

test("arrows go from cell to cell, over the edge into the diagram beside, above or below, and no farther", () => {
  const from = { diagram: 0, row: 0, column: 1 };
  expect(moved(several, from, -1, 0)).toEqual({ diagram: 0, row: 0, column: 0 });
  expect(moved(several, from, 1, 0)).toEqual({ diagram: 1, row: 0, column: 0 });
  expect(moved(several, from, 0, 1)).toEqual({ diagram: 0, row: 1, column: 1 });
  expect(moved(several, from, 0, -1)).toEqual({ diagram: 2, row: 1, column: 1 });
  expect(moved(several, { diagram: 2, row: 1, column: 0 }, 0, 1)).toEqual({ diagram: 0, row: 0, column: 0 });
  expect(moved(several, { diagram: 1, row: 0, column: 0 }, -1, 0)).toEqual({ diagram: 0, row: 0, column: 1 });
  for (const [held, right, up] of [
    [{ diagram: 0, row: 1, column: 0 }, -1, 0],
    [{ diagram: 1, row: 1, column: 1 }, 1, 0],
    [{ diagram: 1, row: 0, column: 0 }, 0, -1],
    [{ diagram: 2, row: 0, column: 1 }, 1, 0],
  ] as const)
    expect(moved(several, held, right, up)).toBe(held);
});

test("a cell tells its diagram, its runs and what it says under the pointer", () => {
  expect(runsAt(several, { diagram: 1, row: 1, column: 0 })).toEqual([13]);
  expect(wordsAt(several, { diagram: 2, row: 0, column: 0 })).toBe("examples 32: grokking: rate 1; 1 of 2 runs");
  expect(wordsAt(several, { diagram: 2, row: 1, column: 0 })).toBe("examples 32");
  expect(wordsAt(diagramsOf({ ...figure, layout: {}, data: [layer(0)] }), { diagram: 0, row: 0, column: 1 })).toBe(
    "confusion: rate 2",
  );
});

/** The three diagrams as they are drawn, 100 pixels wide and high, 20 apart. */
function drawn(): HTMLElement & { _fullLayout: Record<string, unknown> } {
  const line = (offset: number, turned: boolean): object => ({
    _offset: offset,
    _length: 100,
    d2p: (value: number) => (turned ? 100 - 50 * value : 50 * value),
  });
  const axes = [0, 1, 2].flatMap((place) => {
    const number = place === 0 ? "" : String(place + 1);
    const both: [string, object][] = [
      [`xaxis${number}`, line(120 * (place % 2), false)],
      [`yaxis${number}`, line(place === 2 ? 120 : 0, true)],
    ];
    return both;
  });
  return Object.assign(document.createElement("div"), { _fullLayout: Object.fromEntries(axes) });
}

test("the cell under the pointer is known from where it is", () => {
  const plot = drawn();
  expect(placeUnder(plot, several, { x: 10, y: 90 })).toEqual({ diagram: 0, row: 0, column: 0 });
  expect(placeUnder(plot, several, { x: 190, y: 30 })).toEqual({ diagram: 1, row: 1, column: 1 });
  expect(placeUnder(plot, several, { x: 60, y: 210 })).toEqual({ diagram: 2, row: 0, column: 1 });
  expect(placeUnder(plot, several, { x: 110, y: 30 })).toBeNull();
  expect(placeUnder(plot, several, { x: NaN, y: NaN })).toBeNull();
});

test("a box and a lasso hold the cells whose middle they hold", () => {
  const plot = drawn();
  const within = (shape: Parameters<typeof runsWithin>[2]): number[] => runsWithin(plot, several, shape);
  expect(within({ range: { x2: [0.2, 0.8], y2: [1.9, 0.1] } })).toEqual([11, 13]);
  expect(within({ range: { x: [0.6, 0.8], y: [0, 2] } })).toEqual([]);
  expect(within({ lassoPoints: { x: [0, 2, 2], y: [0, 0, 2.1] } })).toEqual([1, 2, 4]);
  expect(within({ lassoPoints: { x3: [0.4, 0.6, 0.6, 0.4], y3: [0.4, 0.4, 1.6, 1.6] } })).toEqual([21, 23]);
  expect(within({})).toEqual([]);
});

/** Runs in rows, under the names of what is told of them: each name stands in the middle of its cells. */
const table = {
  type: "heatmap",
  x: ["learning rate", "seed"],
  y: ["experiment", "run 1", "run 4"],
  customdata: [
    [null, null],
    [[1], [1]],
    [[4], [4]],
  ],
};

test("a table by names is no diagram: its names are no edges", () => {
  const plot = drawn();
  for (const data of [[table], [{ type: "heatmap", x: ["one", "other"], y: ["one", "other"] }]]) {
    const none = diagramsOf({ ...figure, data });
    expect(none.each).toEqual([]);
    expect(placeUnder(plot, none, { x: 10, y: 90 })).toBeNull();
    expect(runsWithin(plot, none, { range: { x: [0, 2], y: [0, 3] } })).toEqual([]);
  }
});

test("beside a table, and where edges fit one way only, a diagram is still one", () => {
  const halves = [
    { ...layer(0), x: [0, 1] },
    { ...layer(0), y: ["a", "b"] },
  ];
  const { each } = diagramsOf({ ...figure, data: [table, ...halves, layer(1)] });
  expect(each.map(({ cells }) => cells)).toEqual([
    [
      [[11], [12]],
      [[13], [14]],
    ],
  ]);
});
