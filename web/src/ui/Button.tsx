import type { ButtonHTMLAttributes, ReactNode, Ref } from "react";
import { cx } from "./cx";
import { Spinner } from "./Spinner";

const KINDS = {
  primary: "bg-accent text-on-accent hover:bg-accent-hover",
  secondary: "border border-line bg-surface text-text hover:bg-hover",
  quiet: "text-text hover:bg-hover",
  danger: "border border-line bg-surface text-danger hover:bg-danger-soft",
  note: "bg-note-line text-[#2b2100] hover:brightness-105",
} as const;

const SIZES = {
  medium: "h-9 gap-2 px-3.5",
  small: "h-7 gap-1.5 px-2.5 text-[0.8125rem]",
  icon: "size-9 justify-center",
  "icon-small": "size-7 justify-center",
} as const;

/** How a button looks, for what is none of ours. */
export function buttonClass(kind: keyof typeof KINDS, size: keyof typeof SIZES, className?: string): string {
  return cx(
    "inline-flex shrink-0 items-center rounded-lg font-medium whitespace-nowrap transition-colors",
    "disabled:cursor-not-allowed disabled:opacity-55",
    KINDS[kind],
    SIZES[size],
    className,
  );
}

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  kind?: keyof typeof KINDS;
  size?: keyof typeof SIZES;
  /** Shows that it is being done, and does not let it be done again. */
  isBusy?: boolean;
  icon?: ReactNode;
  ref?: Ref<HTMLButtonElement>;
}

export function Button({
  kind = "secondary",
  size = "medium",
  isBusy,
  icon,
  children,
  className,
  disabled,
  ...rest
}: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      disabled={disabled || isBusy}
      aria-busy={isBusy || undefined}
      className={buttonClass(kind, size, className)}
    >
      {isBusy ? <Spinner /> : icon}
      {children}
    </button>
  );
}
