import { queryOptions } from "@tanstack/react-query";
import { api, data } from "~/api/client";

/** How this desk works, as its operator decided. */
export function deskSettings() {
  return queryOptions({
    queryKey: ["settings"],
    queryFn: () => data(api.GET("/api/support/settings")),
    staleTime: Number.POSITIVE_INFINITY,
  });
}
