/** The server's nouns under their own names. */
import type { Readable } from "openapi-typescript-helpers";

import type { components } from "./schema";

type Schemas = Readable<components["schemas"]>; // as the client hands them over

export type ErrorBody = Schemas["ErrorBody"];
export type Experiment = Schemas["Experiment"];
export type ExperimentSummary = Schemas["ExperimentSummary"];
export type FigureBody = Schemas["FigureBody"];
export type FigureCard = Schemas["FigureCard"];
export type Progress = Schemas["Progress"];
export type RecipeCard = Schemas["RecipeCard"];
export type Run = Schemas["Run"];
export type RunState = Run["state"];
export type Share = Schemas["Share"];
export type ShareMade = Schemas["ShareMade"];
export type ShareRequest = Schemas["ShareRequest"];
export type SharedView = Schemas["SharedView"];
/** Every field is there, null where nothing was chosen. */
export type View = Required<Schemas["View"]>;
export type Worker = Schemas["Worker"];
