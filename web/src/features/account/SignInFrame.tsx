import type { FormEvent, ReactNode } from "react";
import { CARD, Outside } from "./Outside";

interface Props {
  title: string;
  hint?: string;
  error?: string | undefined;
  onSubmit: (form: FormData) => void;
  children: ReactNode;
}

/** What the pages before the sign-in have in common: the name of the product, a form, and what is wrong with it. */
export function SignInFrame({ title, hint, error, onSubmit, children }: Props) {
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    onSubmit(new FormData(event.currentTarget));
  };
  return (
    <Outside>
      <form onSubmit={submit} className={CARD}>
        <div>
          <h1 className="text-lg font-semibold">{title}</h1>
          {hint && <p className="mt-1 text-sm text-muted">{hint}</p>}
        </div>
        {error && (
          <p role="alert" className="rounded-lg bg-danger-soft px-3 py-2 text-sm text-danger">
            {error}
          </p>
        )}
        {children}
      </form>
    </Outside>
  );
}
