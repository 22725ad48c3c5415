/** The decoded part of a URL. A part with a wrong encoding stays unchanged. */
export function decodedComponent(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
