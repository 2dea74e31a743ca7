/** The names under which answers are kept. What hangs under `experiment(id)` is renewed with it. */
export const keys = {
  recipes: ["recipes"],
  catalogue: ["catalogue"],
  draftSchema: ["drafts", "schema"],
  beginning: (beginning: object) => ["drafts", "beginning", beginning],
  draft: (source: object) => ["drafts", "both", source],
  figures: ["figures"],
  comparison: (asked: object) => ["experiments", "list", "comparison", asked], // renewed whichever of them changes
  comparisonFigure: (figure: string, asked: object) => ["experiments", "list", "comparison", figure, asked],
  sharedSide: (token: string, side: number, figure: string, asked: object) => [
    "shared",
    token,
    "sides",
    side,
    figure,
    asked,
  ],
  keptView: (name: string) => ["views", name],
  workers: ["workers"],
  shares: ["shares"],
  experiments: ["experiments", "list"],
  experiment: (id: number) => ["experiments", id],
  runs: (id: number) => ["experiments", id, "runs"],
  figure: (id: number, figure: string, asked: object) => ["experiments", id, "figures", figure, asked],
  shared: (token: string) => ["shared", token],
  sharedFigure: (token: string, figure: string, asked: object) => ["shared", token, "figures", figure, asked],
} as const;
