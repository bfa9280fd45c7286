import type { ReactNode } from "react";
import { useTitle } from "~/hooks/useTitle";

interface Props {
  title: string;
  /** What this is for, in a sentence. */
  hint?: string;
  actions?: ReactNode;
  children: ReactNode;
}

/** A page of the administration: its name, what may be done, and what it lists. */
export function AdminPage({ title, hint, actions, children }: Props) {
  useTitle(title);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by the keyboard
    <main tabIndex={0} className="h-full overflow-y-auto outline-offset-[-2px]">
      <div className="mx-auto flex max-w-5xl flex-col gap-4 px-4 py-5">
        <div className="flex flex-wrap items-center justify-between gap-3">
          <div>
            <h1 className="text-xl font-semibold tracking-tight">{title}</h1>
            {hint && <p className="mt-0.5 max-w-2xl text-sm text-muted">{hint}</p>}
          </div>
          {actions && <div className="flex flex-wrap gap-2">{actions}</div>}
        </div>
        {children}
      </div>
    </main>
  );
}

/** A list with a line around it. */
export const LIST = "divide-y divide-line overflow-hidden rounded-2xl border border-line bg-surface";
