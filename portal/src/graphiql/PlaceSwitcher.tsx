// A search box over the tenants that one may enter from here.
import { Combobox, ComboboxInput, ComboboxOption, ComboboxOptions } from "@headlessui/react";
import { useEffect, useState } from "react";

import { MOST, placesFrom, type Place } from "./places";

/** Milliseconds of quiet before a search is sent. */
const PAUSE = 150;

type Props = { here: { id: string; name: string }; disabled: boolean; onEnter: (place: Place) => void };

export function PlaceSwitcher({ here, disabled, onEnter }: Props) {
  const [search, setSearch] = useState("");
  const [looking, setLooking] = useState(false);
  const { places, problem } = usePlaces(here.id, search, looking);
  const words = problem || said(places, here.name, search);
  return (
    <Combobox<Place | null>
      immediate
      value={null}
      disabled={disabled}
      onChange={(place) => place && onEnter(place)}
      onClose={() => setSearch("")}
    >
      <div className="places">
        <ComboboxInput
          aria-label="Act in another tenant"
          placeholder="Act in another tenant…"
          autoComplete="off"
          spellCheck={false}
          onFocus={() => setLooking(true)}
          onChange={(event) => setSearch(event.target.value)}
        />
        <ComboboxOptions modal={false} className="places-list">
          {places?.map((place) => (
            <ComboboxOption key={place.id} value={place} className="places-option">
              <span>{place.name}</span>
              <small>{place.beneath}</small>
            </ComboboxOption>
          ))}
          {words && <p className="places-words">{words}</p>}
        </ComboboxOptions>
      </div>
    </Combobox>
  );
}

function said(places: Place[] | undefined, here: string, search: string): string {
  if (!places) return "Looking…";
  if (places.length >= MOST) return "Type a part of the name to find others.";
  if (places.length) return "";
  return search ? `Nothing you may enter from ${here} has that in its name.` : `There is nothing to enter from ${here}.`;
}

/** What was found for the last search; an answer that a later search has overtaken is dropped. */
function usePlaces(here: string, search: string, looking: boolean) {
  const [found, setFound] = useState<{ places?: Place[]; problem?: string }>({});
  useEffect(() => {
    if (!looking) return;
    let overtaken = false;
    const tell = (news: typeof found) => !overtaken && setFound(news);
    const timer = setTimeout(
      () => placesFrom(here, search).then((places) => tell({ places }), (error: Error) => tell({ problem: error.message })),
      search ? PAUSE : 0,
    );
    return () => {
      overtaken = true;
      clearTimeout(timer);
    };
  }, [here, search, looking]);
  return found;
}
