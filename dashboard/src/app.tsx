import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { setNonce } from 'get-nonce';
import { queryClient } from './api.ts';
import { useSignedIn } from './auth.ts';
import { colorSchemeManager } from './color-scheme.ts';
import { router } from './routes.ts';
import { SignIn } from './pages/sign-in.tsx';
import { NONCE } from './nonce.ts';
import { theme, variables } from './theme.ts';

if (NONCE !== '') setNonce(NONCE);

/** The dashboard: themed, and behind the sign-in. */
export function App() {
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={variables}
      colorSchemeManager={colorSchemeManager}
      defaultColorScheme="auto"
      getStyleNonce={() => NONCE}
    >
      <QueryClientProvider client={queryClient}>
        <Notifications position="bottom-right" limit={3} />
        <Gate />
      </QueryClientProvider>
    </MantineProvider>
  );
}

function Gate() {
  return useSignedIn() === 'in' ? <RouterProvider router={router} /> : <SignIn />;
}
