/** The names under which answers are kept. What hangs under `experiment(id)` is renewed with it. */
export const keys = {
  recipes: ["recipes"],
  figures: ["figures"],
  workers: ["workers"],
  shares: ["shares"],
  experiments: ["experiments", "list"],
  experiment: (id: number) => ["experiments", id],
  runs: (id: number) => ["experiments", id, "runs"],
  figure: (id: number, figure: string, asked: object) => ["experiments", id, "figures", figure, asked],
  shared: (token: string) => ["shared", token],
  sharedFigure: (token: string, figure: string, asked: object) => ["shared", token, "figures", figure, asked],
} as const;
