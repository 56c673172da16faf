import { DataTypes, Sequelize } from 'sequelize';
import { SequelizeStorage, Umzug } from 'umzug';

const sequelize = new Sequelize(process.env.DATABASE_URL, { logging: false });
const umzug = new Umzug({
  context: sequelize.getQueryInterface(),
  storage: new SequelizeStorage({ sequelize }),
  logger: console,
  migrations: [
    {
      name: '01-users',
      async up({ context }) {
        const id = { type: DataTypes.INTEGER, primaryKey: true, autoIncrement: true };
        await context.createTable('users', { id, email: { type: DataTypes.STRING, allowNull: false } });
        await context.createTable('orders', {
          id,
          user_id: { type: DataTypes.INTEGER, allowNull: false },
          total: { type: DataTypes.INTEGER, allowNull: false },
        });
      },
    },
    {
      name: '02-grow',
      async up({ context }) {
        await sequelize.transaction(async (transaction) => {
          await context.changeColumn('orders', 'total', { type: DataTypes.BIGINT, allowNull: false }, { transaction });
          await context.addConstraint('orders', {
            fields: ['user_id'],
            type: 'foreign key',
            name: 'orders_user_fk',
            references: { table: 'users', field: 'id' },
            transaction,
          });
        });
        await context.addIndex('users', ['email'], { unique: true });
      },
    },
  ],
});
await umzug.up();
await sequelize.close();
