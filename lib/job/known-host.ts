/** The name of a host in a file of the form of known_hosts, as ssh writes it. */
export function knownHostName(host: string, port: number): string {
  return port === 22 ? host : `[${host}]:${port}`;
}
