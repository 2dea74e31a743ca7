/** Our own CSS variables may be set from components. */
import "react";

declare module "react" {
  interface CSSProperties {
    "--share"?: number;
    "--side"?: string;
    "--sides"?: number;
  }
}
