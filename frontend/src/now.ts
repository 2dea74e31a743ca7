/** The time of day, for sentences such as `2 min ago`. */
import { useEffect, useState } from "react";

const APART = 15_000;

export function useNow(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), APART);
    return () => clearInterval(timer);
  }, []);
  return now;
}
