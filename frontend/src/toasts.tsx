/** Short words at the edge of the page, with a way back: what was done can be undone for a while. */
import { Button, CloseButton } from "@mantine/core";
import {
  createContext,
  useCallback,
  useContext,
  useMemo,
  useRef,
  useState,
  type ReactElement,
  type ReactNode,
} from "react";

import { Icon } from "./components/icons";

interface Toast {
  id: number;
  words: string;
  undo: (() => void) | null;
}
type Say = (words: string, undo?: () => void) => void;

const STAYS = 10_000; // milliseconds
const Context = createContext<Say>(() => undefined);

export const useToast = (): Say => useContext(Context);

export function Toasts({ children }: { children: ReactNode }): ReactElement {
  const [toasts, setToasts] = useState<readonly Toast[]>([]);
  const next = useRef(1);
  const close = useCallback((id: number) => setToasts((before) => before.filter((toast) => toast.id !== id)), []);
  const say = useCallback<Say>(
    (words, undo) => {
      const id = next.current;
      next.current += 1;
      setToasts((before) => [...before.slice(-2), { id, words, undo: undo ?? null }]);
      setTimeout(() => close(id), STAYS);
    },
    [close],
  );
  const shown = useMemo(
    () =>
      toasts.map((toast) => (
        <div key={toast.id} className="toast">
          <span>{toast.words}</span>
          {toast.undo !== null && (
            <Button
              variant="default"
              leftSection={<Icon name="undo" size={13} />}
              onClick={() => {
                toast.undo?.();
                close(toast.id);
              }}
            >
              Undo
            </Button>
          )}
          <CloseButton size="sm" aria-label="Close this message" onClick={() => close(toast.id)} />
        </div>
      )),
    [toasts, close],
  );
  return (
    <Context value={say}>
      {children}
      <div className="toasts" role="status">
        {shown}
      </div>
    </Context>
  );
}
