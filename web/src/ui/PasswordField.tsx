import { type InputHTMLAttributes, type ReactNode, useState } from "react";
import { useTranslation } from "~/i18n/useTranslation";
import { cx } from "./cx";
import { Field, INPUT } from "./Field";

interface Props extends Omit<InputHTMLAttributes<HTMLInputElement>, "id" | "type"> {
  label: string;
  hint?: ReactNode;
  error?: string | undefined;
}

/** A password, which can be looked at while it is typed. */
export function PasswordField({ label, hint, error, className, ...input }: Props) {
  const { t } = useTranslation();
  const [isShown, setShown] = useState(false);
  return (
    <Field label={label} hint={hint} error={error}>
      {(bound) => (
        <div className="relative">
          <input
            {...bound}
            {...input}
            type={isShown ? "text" : "password"}
            className={cx(INPUT, "h-10 pr-11", className)}
          />
          <button
            type="button"
            aria-pressed={isShown}
            aria-label={t("signIn.showPassword")}
            title={t(isShown ? "signIn.hidePassword" : "signIn.showPassword")}
            onClick={() => setShown(!isShown)}
            className="absolute top-1 right-1 grid size-8 place-items-center rounded-md text-muted hover:bg-hover"
          >
            <svg
              viewBox="0 0 20 20"
              className="size-4.5"
              fill="none"
              stroke="currentColor"
              strokeWidth="1.6"
              strokeLinecap="round"
              aria-hidden="true"
            >
              <path d="M2.500 10s2.800-5 7.500-5 7.500 5 7.500 5-2.800 5-7.500 5-7.500-5-7.500-5ZM10 12.200a2.200 2.200 0 1 0 0-4.400 2.200 2.200 0 0 0 0 4.400Z" />
              {!isShown && <path d="M4 16 16 4" />}
            </svg>
          </button>
        </div>
      )}
    </Field>
  );
}
