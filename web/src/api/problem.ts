/** What is wrong with one field of a request (RFC 9457, `errors`). */
export interface FieldError {
  /** A JSON pointer into the request. */
  pointer: string;
  detail: string;
}

/** A refusal of the desk (RFC 9457), or what kept the request from arriving. */
export class ProblemError extends Error {
  override name = "ProblemError";
  constructor(
    /** 0 when there was no answer. */
    readonly status: number,
    readonly title: string,
    readonly detail: string,
    readonly errors: readonly FieldError[] = [],
    readonly requestId: string | null = null,
    readonly retryAfterSeconds: number | null = null,
  ) {
    super(detail || title);
  }

  /** Whether the same request may work later. */
  get isPassing(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }

  /** What is wrong with this field. */
  at(field: string): string | undefined {
    return this.errors.find((error) => error.pointer === `/${field}`)?.detail;
  }
}

/** The refusal in a response that is not a success. */
export async function problemOf(response: Response): Promise<ProblemError> {
  const given = (await response.json().catch(() => null)) as Record<string, unknown> | null;
  const text = (name: string) => (typeof given?.[name] === "string" ? (given[name] as string) : "");
  const retryAfter = Number(response.headers.get("retry-after"));
  return new ProblemError(
    response.status,
    text("title") || response.statusText,
    text("detail"),
    Array.isArray(given?.errors) ? (given.errors as FieldError[]) : [],
    text("requestId") || response.headers.get("x-request-id"),
    Number.isFinite(retryAfter) && retryAfter > 0 ? retryAfter : null,
  );
}
