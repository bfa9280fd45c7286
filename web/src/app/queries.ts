import { QueryClient } from "@tanstack/react-query";
import { ProblemError } from "~/api/problem";

/** Once more where it may help; a refusal stays one. */
function again(failures: number, error: Error): boolean {
  return failures < 2 && error instanceof ProblemError && error.isPassing;
}

export const queries = new QueryClient({
  defaultOptions: {
    queries: { retry: again, staleTime: 15_000, refetchOnWindowFocus: true },
    mutations: { retry: false, networkMode: "always" },
  },
});
