import { ActionIcon, Tooltip, useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import { useLocation } from '@tanstack/react-router';
import { type ReactNode, useEffect, useState } from 'react';
import { signOut } from './auth.ts';
import { AccountIcon, KeyboardIcon, MenuIcon, MoonIcon, SignOutIcon, SunIcon } from './components/icons.tsx';
import { RecordSearch } from './components/record-search.tsx';
import { Shortcuts, useShortcuts } from './components/shortcuts.tsx';
import { Link } from './lib/router.tsx';
import { useLive } from './live.ts';
import { Nav } from './nav.tsx';

/** What is around every page: navigation, search, theme. */
export function Shell({ children }: { readonly children: ReactNode }) {
  const path = useLocation({ select: ({ pathname }) => pathname });
  const [isNavOpen, setNavOpen] = useState(false);
  const [isHelpOpen, setHelpOpen] = useState(false);
  useShortcuts(() => setHelpOpen(true));
  useLive();
  useEffect(() => setNavOpen(false), [path]);
  return (
    <div className="shell">
      <a className="skip" href="#content">
        Skip to the content
      </a>
      <Nav isOpen={isNavOpen} />
      {isNavOpen && (
        <button type="button" className="veil" aria-label="Close the menu" onClick={() => setNavOpen(false)} />
      )}
      <div className="main">
        <div className="top" role="banner">
          <ActionIcon
            className="only-phone"
            variant="subtle"
            color="gray"
            size="lg"
            aria-label="Menu"
            onClick={() => setNavOpen(true)}
          >
            <MenuIcon size={20} />
          </ActionIcon>
          <RecordSearch />
          <span className="spacer" />
          <Tooltip label="Keyboard shortcuts (?)">
            <ActionIcon
              className="not-phone"
              variant="subtle"
              color="gray"
              size="lg"
              aria-label="Keyboard shortcuts"
              onClick={() => setHelpOpen(true)}
            >
              <KeyboardIcon size={19} />
            </ActionIcon>
          </Tooltip>
          <ThemeSwitch />
          <Tooltip label="Your account">
            <ActionIcon
              variant="subtle"
              color="gray"
              size="lg"
              aria-label="Your account"
              renderRoot={(props) => <Link to="/account" {...props} />}
            >
              <AccountIcon size={19} />
            </ActionIcon>
          </Tooltip>
          <Tooltip label="Sign out">
            <ActionIcon
              className="not-phone"
              variant="subtle"
              color="gray"
              size="lg"
              aria-label="Sign out"
              onClick={() => void signOut()}
            >
              <SignOutIcon size={19} />
            </ActionIcon>
          </Tooltip>
        </div>
        <main id="content" tabIndex={-1}>
          {children}
        </main>
      </div>
      <Shortcuts isOpen={isHelpOpen} onClose={() => setHelpOpen(false)} />
    </div>
  );
}

function ThemeSwitch() {
  const { setColorScheme } = useMantineColorScheme();
  const current = useComputedColorScheme('light');
  const other = current === 'dark' ? 'light' : 'dark';
  return (
    <Tooltip label={`Use the ${other} theme`}>
      <ActionIcon
        variant="subtle"
        color="gray"
        size="lg"
        aria-label={`Use the ${other} theme`}
        onClick={() => setColorScheme(other)}
      >
        {current === 'dark' ? <SunIcon size={19} /> : <MoonIcon size={19} />}
      </ActionIcon>
    </Tooltip>
  );
}
