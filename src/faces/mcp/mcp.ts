export async function serveMcp(_signal: AbortSignal): Promise<void> {}
