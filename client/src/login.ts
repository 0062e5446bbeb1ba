/** Talks to the login routes, which set and clear the session cookie. */

interface LoginAnswer {
  readonly message?: string;
}

/** @throws with the server's sentence */
export async function logIn(email: string, password: string): Promise<void> {
  await post('/sign-in/email', { email, password });
}

export async function logOut(): Promise<void> {
  await post('/sign-out', {});
}

/** Ends all other sessions too. @throws with the server's sentence */
export async function changePassword(currentPassword: string, newPassword: string): Promise<void> {
  await post('/change-password', { currentPassword, newPassword, revokeOtherSessions: true });
}

async function post(path: string, body: Record<string, unknown>): Promise<void> {
  let response: Response;
  try {
    response = await fetch(`/api/auth${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  } catch {
    throw new Error('The server does not answer.');
  }
  if (response.ok) return;
  if (response.status === 429) throw new Error('Too many attempts. Wait a minute, then try again.');
  const answer = (await response.json().catch(() => ({}))) as LoginAnswer;
  throw new Error(answer.message ?? `The server answered ${response.status}.`);
}
