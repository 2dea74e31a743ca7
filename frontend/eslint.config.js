import js from "@eslint/js";
import hooks from "eslint-plugin-react-hooks";
import globals from "globals";
import typescript from "typescript-eslint";

/** One door to the server and one to Plotly: whoever else wants either goes through them. */
const door = (name, message) => ({ regex: name, message });
const API = door("(^|/)api/client$", "Only src/queries speaks to the server.");
const PLOTLY = door("^plotly", "Only src/components/PlotlyFigure.tsx and src/figure/image.ts know Plotly.");

export default typescript.config(
  { ignores: ["dist", "node_modules", "src/api/schema.d.ts"] },
  {
    files: ["**/*.{ts,tsx}"],
    extends: [js.configs.recommended, typescript.configs.strictTypeChecked, typescript.configs.stylisticTypeChecked],
    languageOptions: { globals: globals.browser, parserOptions: { projectService: true } },
    plugins: { "react-hooks": hooks },
    rules: {
      ...hooks.configs.recommended.rules,
      "@typescript-eslint/ban-ts-comment": [
        "error",
        { "ts-ignore": true, "ts-expect-error": true, "ts-nocheck": true },
      ],
      "@typescript-eslint/explicit-module-boundary-types": "error",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/dot-notation": ["error", { allowIndexSignaturePropertyAccess: true }],
      "@typescript-eslint/no-unused-vars": ["error", { ignoreRestSiblings: true }],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "no-restricted-imports": ["error", { patterns: [API, PLOTLY] }],
      "no-restricted-globals": ["error", { name: "fetch", message: "Only src/api/client.ts speaks to the server." }],
      "max-lines": ["error", 300],
      "no-console": "error",
    },
  },
  { files: ["src/queries/**"], rules: { "no-restricted-imports": ["error", { patterns: [PLOTLY] }] } },
  {
    files: ["src/components/PlotlyFigure.tsx", "src/figure/image.ts"],
    rules: { "no-restricted-imports": ["error", { patterns: [API] }] },
  },
);
