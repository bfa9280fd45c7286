import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ProblemError } from "~/api/problem";

/** Does something with a form once at a time, and keeps what was wrong with it. */
export function useAttempt(work: (form: FormData) => Promise<void>) {
  const { t } = useTranslation();
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<string>();
  async function attempt(form: FormData) {
    setBusy(true);
    setError(undefined);
    try {
      await work(form);
    } catch (problem) {
      const isOffline = problem instanceof ProblemError && problem.status === 0;
      const field = problem instanceof ProblemError ? problem.errors[0]?.detail : undefined;
      setError(isOffline ? t("errors.offline") : (field ?? (problem as Error).message));
    } finally {
      setBusy(false);
    }
  }
  return { isBusy, error, attempt: (form: FormData) => void attempt(form) };
}
