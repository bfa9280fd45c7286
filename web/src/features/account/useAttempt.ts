import { useEffect, useState } from "react";
import { ProblemError } from "~/api/problem";
import { useTranslation } from "~/i18n/useTranslation";

/** Does something with a form once at a time, and keeps what was wrong with it. */
export function useAttempt(work: (form: FormData) => Promise<void>) {
  const { t, i18n } = useTranslation();
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>();
  const [until, setUntil] = useState(0);
  const wait = useSecondsTo(until);

  async function attempt(form: FormData) {
    setBusy(true);
    setProblem(undefined);
    try {
      await work(form);
    } catch (error) {
      setProblem(error);
      if (error instanceof ProblemError && error.status === 429) {
        setUntil(Date.now() + (error.retryAfterSeconds ?? 60) * 1000);
      }
    } finally {
      setBusy(false);
    }
  }

  const at = (field: string) => (problem instanceof ProblemError ? problem.at(field) : undefined);
  function words(): string | undefined {
    if (problem === undefined) return undefined;
    if (!(problem instanceof ProblemError)) return (problem as Error).message;
    if (problem.status === 0) return t("errors.offline");
    if (problem.status === 429) {
      return wait > 0
        ? t("account.tooMany", { time: waiting(wait, i18n.language) })
        : t("account.tooManyOver");
    }
    return problem.errors[0]?.detail ?? problem.message;
  }

  return {
    isBusy,
    /** Too much was tried: nothing can be sent for a while. */
    isWaiting: wait > 0,
    problem,
    error: words(),
    at,
    attempt: (form: FormData) => void attempt(form),
  };
}

/** In whole minutes, so that it is not read out every second; at the end in steps of ten seconds. */
function waiting(seconds: number, language: string): string {
  const isLong = seconds > 60;
  return new Intl.NumberFormat(language, {
    style: "unit",
    unit: isLong ? "minute" : "second",
    unitDisplay: "long",
  }).format(isLong ? Math.ceil(seconds / 60) : Math.ceil(seconds / 10) * 10);
}

function useSecondsTo(until: number): number {
  const [now, setNow] = useState(Date.now);
  const left = Math.max(0, Math.ceil((until - now) / 1000));
  useEffect(() => {
    setNow(Date.now());
    if (until <= Date.now()) return;
    const timer = setInterval(() => {
      setNow(Date.now());
      if (until <= Date.now()) clearInterval(timer);
    }, 1000);
    return () => clearInterval(timer);
  }, [until]);
  return left;
}
