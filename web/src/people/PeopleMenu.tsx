import { useSignal } from "@preact/signals";
import { Person } from "../controls/icons";
import { Menu } from "../controls/Menu";
import { say } from "../language/language";
import type { People } from "./people";
import { NewPerson } from "./NewPerson";

/** Who uses the page, and who else may. */
export function PeopleMenu({ people }: { people: People }) {
  const words = say.value;
  const adding = useSignal(false);
  const current = people.current.value;
  const others = people.list.value.filter(({ id }) => id !== current?.id);
  const name = current?.name || words.me;
  return (
    <>
      <Menu
        title={words.personNamed(name)}
        icon={<Person />}
        choices={[
          ...others.map((each) => ({ title: each.name || words.me, run: () => void people.choose(each) })),
          { title: words.addPerson, run: () => (adding.value = true) },
        ]}
      />
      <span class="name" dir="auto">
        {name}
      </span>
      {adding.value && <NewPerson people={people} close={() => (adding.value = false)} />}
    </>
  );
}
