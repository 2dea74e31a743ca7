/** The server's nouns under their own names. */
import type { Readable } from "openapi-typescript-helpers";

import type { components } from "./schema";

type Schemas = Readable<components["schemas"]>; // as the client hands them over

export type Catalogue = Schemas["Catalogue"];
export type ComparedSide = Schemas["ComparedSide"];
/** Every field is there, null where nothing was chosen. */
export type Comparison = Omit<Required<Schemas["Comparison"]>, "sides"> & { sides: Side[] };
export type AnsweredComparison = Schemas["Comparison"];
export type ComparisonBody = Schemas["ComparisonBody"];
export type ComparisonCard = Schemas["ComparisonCard"];
export type Correction = Schemas["Correction"];
export type Cost = Schemas["Cost"];
export type Deletion = Schemas["Deletion"];
export type Draft = Schemas["Draft"];
export type Entry = Schemas["Entry"];
export type ErrorBody = Schemas["ErrorBody"];
export type FieldCard = Schemas["FieldCard"];
export type FilmBody = Schemas["FilmBody"];
export type Marks = Schemas["Marks"];
export type MarksChange = Schemas["MarksChange"];
export type RunTable = Schemas["RunTable"];
export type Experiment = Schemas["Experiment"];
export type Extension = Schemas["Extension"];
export type ExperimentSummary = Schemas["ExperimentSummary"];
export type FigureBody = Schemas["FigureBody"];
export type FoundEvents = Schemas["FoundEvents"];
export type KeptView = Schemas["KeptView"];
export type KeptViewCard = Schemas["KeptViewCard"];
export type Problem = ErrorBody["error"]["problems"][number];
export type FigureCard = Schemas["FigureCard"];
export type Progress = Schemas["Progress"];
export type RecipeCard = Schemas["RecipeCard"];
export type Run = Schemas["Run"];
export type RunState = Run["state"];
export type SeriesValues = Schemas["SeriesValues"];
export type Share = Schemas["Share"];
export type ShareMade = Schemas["ShareMade"];
export type ShareRequest = Schemas["ShareRequest"];
export type SharedComparison = Schemas["SharedComparison"];
export type SharedView = Schemas["SharedView"];
/** Every field is there, null where nothing was chosen. */
export type Side = Required<Schemas["Side"]>;
export type View = Required<Schemas["View"]>;
export type Worker = Schemas["Worker"];
