create sequence if not exists order_ids;
create table if not exists orders (id bigint primary key, owner varchar(100), item varchar(100), state varchar(20));
