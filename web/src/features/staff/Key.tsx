/** A key as it looks. */
export function Key({ name }: { name: string }) {
  return (
    <kbd className="tabular inline-grid h-5 min-w-5 place-items-center rounded border border-line-strong bg-surface px-1 font-sans text-[0.6875rem] font-medium text-text">
      {name}
    </kbd>
  );
}
