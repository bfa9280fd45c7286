import type { FormEvent, ReactNode } from "react";
import { useTranslation } from "~/i18n/useTranslation";

interface Props {
  title: string;
  hint?: string;
  error?: string | undefined;
  onSubmit: (form: FormData) => void;
  children: ReactNode;
}

/** What the pages before the sign-in have in common: the name of the product, a form, and what is wrong with it. */
export function SignInFrame({ title, hint, error, onSubmit, children }: Props) {
  const { t } = useTranslation();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    onSubmit(new FormData(event.currentTarget));
  };
  return (
    <main className="grid min-h-full place-items-center p-4">
      <div className="w-full max-w-sm">
        <div className="mb-6 flex items-center gap-3">
          <img src="/icons/icon.svg" alt="" width={36} height={36} />
          <span className="text-xl font-semibold tracking-tight">{t("app.name")}</span>
        </div>
        <form
          onSubmit={submit}
          className="flex flex-col gap-4 rounded-2xl border border-line bg-surface p-6 shadow-pop"
        >
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
      </div>
    </main>
  );
}
