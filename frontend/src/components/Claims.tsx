/** What a recipe claims, and what training said to it here: the verdicts, their date and machine. */
import type { ReactElement } from "react";
import { Link } from "react-router";

import type { RecipeCard } from "../api/types";
import { counted, date } from "../format";

type Verification = RecipeCard["verifications"][number];

export function Claims({ recipe }: { recipe: RecipeCard }): ReactElement | null {
  if (recipe.verifications.length > 0)
    return (
      <>
        {recipe.verifications.map((verification) => (
          <Verdicts key={verification.size} verification={verification} />
        ))}
      </>
    );
  if (recipe.claims.length === 0) return null;
  return (
    <details className="claims">
      <summary>{counted(recipe.claims.length, "claim")}, not verified here yet</summary>
      <ul>
        {recipe.claims.map((claim) => (
          <li key={`${claim.statement} ${claim.criterion}`}>
            {claim.statement} <span className="quiet">{`${claim.measured}: ${claim.criterion}`}</span>
          </li>
        ))}
      </ul>
      <p className="quiet">
        <code>{`phasescope verify ${recipe.name}`}</code> trains it and judges them.
      </p>
    </details>
  );
}

function Verdicts({ verification }: { verification: Verification }): ReactElement {
  const held = verification.verdicts.filter((verdict) => verdict.holds).length;
  return (
    <details className="claims" open={!verification.holds}>
      <summary>
        {held} of {verification.verdicts.length} claims hold
        <span className="quiet">{` (${verification.size}, ${date(verification.made_at)})`}</span>
      </summary>
      <ul>
        {verification.verdicts.map((verdict) => (
          <li key={verdict.claim}>
            <b>{verdict.holds ? "Holds: " : "Does not hold: "}</b>
            {verdict.statement}{" "}
            <span className="quiet">{`${verdict.measured}: ${verdict.found}; asked for: ${verdict.criterion}`}</span>
          </li>
        ))}
      </ul>
      <p className="quiet">
        {`${verification.machine}, ${counted(verification.seeds, "seed")} at most. The runs: `}
        {Object.entries(verification.experiments).map(([name, experiment], place) => (
          <span key={name}>
            {place > 0 && ", "}
            <Link to={`/experiments/${experiment}`}>{name.replaceAll("_", " ")}</Link>
          </span>
        ))}
      </p>
    </details>
  );
}
