/** Where an enrolment token is used. */
export function enrolmentLink(publicUrl: string, token: string): string {
  return `${publicUrl}/admin/enrol/${token}`;
}
