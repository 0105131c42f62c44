/** Bodies that well-known receivers take. */
export const PRESETS = [
  { value: 'plain', label: 'Everything, as JSON', body: undefined },
  { value: 'slack', label: 'Slack, Mattermost, Rocket.Chat', body: { text: '*&{title}*\n&{text}' } },
  {
    value: 'teams',
    label: 'Microsoft Teams',
    body: {
      type: 'message',
      attachments: [
        {
          contentType: 'application/vnd.microsoft.card.adaptive',
          content: {
            $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
            type: 'AdaptiveCard',
            version: '1.4',
            body: [
              { type: 'TextBlock', size: 'medium', weight: 'bolder', wrap: true, text: '&{title}' },
              { type: 'TextBlock', wrap: true, text: '&{text}' },
            ],
            actions: [{ type: 'Action.OpenUrl', title: 'Open Sluice', url: '&{url}' }],
          },
        },
      ],
    },
  },
  { value: 'discord', label: 'Discord', body: { content: '**&{title}**\n&{text}' } },
] as const;

/** The preset that a body is, or "own". */
export function presetOf(body: unknown): string {
  const text = JSON.stringify(body);
  return PRESETS.find((preset) => JSON.stringify(preset.body) === text)?.value ?? 'own';
}
