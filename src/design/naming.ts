export {
  cased,
  columnOfKey,
  habitsOf,
  namesAlready,
  namesIn,
  pluralOf,
  singularOf,
  type Habits,
  type Kind,
} from '../catalog/naming.ts';
