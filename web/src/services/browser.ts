/** What browsers offer on secure pages alone, for all pages: a desk in a closed network may have no certificate. */

/** A new name for something that is to be made once, however often it is asked for: 128 random bits. */
export function freshId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Puts a text where the next paste takes it from. */
export async function copyText(text: string): Promise<void> {
  // Not there on pages that are not secure, whatever its type says.
  if (navigator.clipboard as Clipboard | undefined) return navigator.clipboard.writeText(text);
  const field = document.createElement("textarea");
  field.value = text;
  field.className = "sr-only";
  document.body.append(field);
  field.select();
  const isCopied = document.execCommand("copy");
  field.remove();
  if (!isCopied) throw new Error("the browser copies nothing");
}
