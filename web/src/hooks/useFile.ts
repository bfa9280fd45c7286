/** Files need the token, which an address cannot carry: they are fetched, and shown from memory. */
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { ask } from "~/api/client";

async function blob(url: string): Promise<Blob> {
  return (await ask(new Request(new URL(url, location.origin)))).blob();
}

/** The address of a file in memory, while it is shown. */
export function useFile(url: string | null): string | undefined {
  const { data } = useQuery({
    queryKey: ["file", url],
    queryFn: () => blob(url as string),
    enabled: url !== null,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
  });
  const [address, setAddress] = useState<string>();
  useEffect(() => {
    if (!data) return;
    const made = URL.createObjectURL(data);
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [data]);
  return address;
}

/** Saves a file under its own name. */
export async function saveFile(url: string, name: string): Promise<void> {
  const address = URL.createObjectURL(await blob(url));
  const link = Object.assign(document.createElement("a"), { href: address, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
