import { type InputHTMLAttributes, type ReactNode, useId } from "react";
import { cx } from "./cx";

export const INPUT = cx(
  "w-full rounded-lg border border-line-strong bg-surface px-3 text-text placeholder:text-muted",
  "aria-invalid:border-danger",
);

interface FieldProps {
  label: string;
  hint?: ReactNode;
  error?: string | undefined;
  /** Beside the label, such as "optional". */
  aside?: ReactNode;
  children: (bound: {
    id: string;
    "aria-invalid": boolean;
    "aria-describedby": string | undefined;
  }) => ReactNode;
}

/** A label, what is below it, and what is wrong with it, read together. */
export function Field({ label, hint, error, aside, children }: FieldProps) {
  const id = useId();
  const below = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ") || undefined;
  return (
    <div className="flex flex-col gap-1">
      <div className="flex items-baseline justify-between gap-2">
        <label htmlFor={id} className="text-sm font-medium">
          {label}
        </label>
        {aside && <span className="text-xs text-muted">{aside}</span>}
      </div>
      {children({ id, "aria-invalid": Boolean(error), "aria-describedby": below })}
      {hint && (
        <p id={`${id}-hint`} className="text-xs text-muted">
          {hint}
        </p>
      )}
      {error && (
        <p id={`${id}-error`} className="text-sm text-danger" role="alert">
          {error}
        </p>
      )}
    </div>
  );
}

interface TextFieldProps extends Omit<InputHTMLAttributes<HTMLInputElement>, "id"> {
  label: string;
  hint?: ReactNode;
  error?: string | undefined;
  aside?: ReactNode;
}

export function TextField({ label, hint, error, aside, className, ...input }: TextFieldProps) {
  return (
    <Field label={label} hint={hint} error={error} aside={aside}>
      {(bound) => <input {...bound} {...input} className={cx(INPUT, "h-10", className)} />}
    </Field>
  );
}
