//! One account never reaches another's rows: by type, by query, and by PostgreSQL's own policies.

use store::{Account, Act, Actor, Error, NewAccount, NewToken, NewUser, Reads, Role, Scope, User};
use testkit::{World, on_both};

fn user(world: &World, email: &str, role: Role) -> NewUser {
    NewUser {
        account: Some(world.account.id),
        email: email.into(),
        name: "Anna".into(),
        role,
        language: "fr".into(),
        password: "a long pass phrase".into(),
    }
}

async fn signed_in(world: &World, role: Role) -> Scope {
    let email = format!("{}@lumen.example", role.key());
    let mut tx = world.tx().await;
    tx.add_user(user(world, &email, role)).await.unwrap();
    tx.commit().await.unwrap();
    world
        .store
        .sign_in(&email, "a long pass phrase")
        .await
        .unwrap()
        .1
        .scope
}

on_both! { &[],
    async fn another_accounts_id_is_simply_not_found(world) {
        let scope = signed_in(&world, Role::Manager).await;
        let mut read = world.store.read(&scope).await.unwrap();
        let found = Account::find(&mut read, world.stranger.id).await;
        assert!(matches!(found, Err(Error::NotFound { .. })), "{found:?}");
        assert!(matches!(Account::by_slug(&mut read, "autre").await, Err(Error::NotFound { .. })));
        assert!(matches!(User::of(&mut read, world.stranger.id).await, Err(Error::NotFound { .. })));
    }

    async fn a_read_only_user_gets_no_transaction(world) {
        let scope = signed_in(&world, Role::ReadOnly).await;
        let refused = world.store.begin(&scope, Act::by(Actor::Person)).await;
        assert!(matches!(refused.map(drop), Err(Error::Forbidden)));
    }

    async fn nobody_hands_out_more_rights_than_he_has(world) {
        let scope = signed_in(&world, Role::Manager).await;
        let act = Act::by(Actor::Person);
        let mut tx = world.store.begin(&scope, act.clone()).await.unwrap();
        let mut operator = user(&world, "root@lumen.example", Role::Operator);
        operator.account = None;
        assert!(matches!(tx.add_user(operator).await, Err(Error::Forbidden)));
        let foreign = NewUser { account: Some(world.stranger.id), ..user(&world, "x@y.example", Role::Agent) };
        assert!(matches!(tx.add_user(foreign).await, Err(Error::NotFound { .. })));
        drop(tx);
        let token = NewToken { account: world.stranger.id, name: "n".into(), role: Role::Agent };
        assert!(world.store.add_token(&scope, act, token).await.is_err());
    }

    async fn a_token_is_shown_once_and_opens_its_account_alone(world) {
        let token = NewToken { account: world.account.id, name: "feed".into(), role: Role::ReadOnly };
        let act = Act::by(Actor::System("story"));
        let (secret, made) = world.store.add_token(&world.scope(), act, token).await.unwrap();
        let (found, scope) = world.store.token(&secret).await.unwrap().expect("the token opens");
        assert_eq!((found.id, scope.account(), scope.role()), (made.id, Some(world.account.id), Role::ReadOnly));
        let mut read = world.store.read(&world.store.operator()).await.unwrap();
        let kept = read.query("SELECT secret FROM token", &[]).await.unwrap();
        assert!(kept.iter().all(|row| !row.text(0).contains(&secret[4..])), "only a hash is kept");
        assert!(world.store.token("ent_0000").await.unwrap().is_none());
    }

    async fn a_wrong_password_and_an_unknown_address_answer_alike(world) {
        signed_in(&world, Role::Agent).await;
        let wrong = world.store.sign_in("agent@lumen.example", "not the phrase").await.unwrap_err();
        let nobody = world.store.sign_in("nobody@lumen.example", "not the phrase").await.unwrap_err();
        assert_eq!(wrong.to_string(), nobody.to_string());
    }

    async fn a_session_ends_with_its_time_and_with_its_user(world) {
        let mut tx = world.tx().await;
        let anna = tx.add_user(user(&world, "anna@lumen.example", Role::Agent)).await.unwrap();
        tx.commit().await.unwrap();
        let (secret, _) = world.store.sign_in("anna@lumen.example", "a long pass phrase").await.unwrap();
        assert!(world.store.session(&secret).await.unwrap().is_some());
        let mut tx = world.tx().await;
        tx.remove_user(anna.id).await.unwrap();
        tx.commit().await.unwrap();
        assert!(world.store.session(&secret).await.unwrap().is_none());
    }

    async fn on_postgresql_even_bare_sql_stays_within_the_account(world) {
        if !world.store.is_postgres() {
            return;
        }
        let mut read = world.read().await;
        let all = "SELECT slug FROM account";
        let seen: Vec<String> = read.query(all, &[]).await.unwrap().iter().map(|r| r.text(0).to_owned()).collect();
        assert_eq!(seen, ["lumen"]);
        let mut tx = world.tx().await;
        let theft = "UPDATE account SET name = 'mine' WHERE slug = 'autre'";
        assert_eq!(tx.execute(theft, &[]).await.unwrap(), 0);
        let smuggle = "INSERT INTO batch (id, account, kind, label, actor, state, started_at)
            VALUES ($1, $2, 'edit', 'x', 'x', 'running', 0)";
        let (id, theirs) = (tx.uuid(), world.stranger.id);
        assert!(matches!(tx.execute(smuggle, &[id.into(), theirs.into()]).await, Err(Error::Forbidden)));
    }

    async fn on_postgresql_every_table_with_an_account_has_a_forced_policy(world) {
        if !world.store.is_postgres() {
            return;
        }
        let mut read = world.store.read(&world.store.operator()).await.unwrap();
        let sql = "SELECT c.relname::text FROM pg_class c
            JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'account'
            WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
              AND NOT (c.relrowsecurity AND c.relforcerowsecurity)";
        let bare: Vec<String> = read.query(sql, &[]).await.unwrap().iter().map(|r| r.text(0).to_owned()).collect();
        assert_eq!(bare, Vec::<String>::new());
        let sql = "SELECT c.relname::text FROM pg_class c WHERE c.relkind IN ('v', 'm')
            AND c.relnamespace = 'public'::regnamespace";
        assert!(read.query(sql, &[]).await.unwrap().is_empty(), "a view would walk past the policies");
        let sql = "SELECT rolbypassrls OR rolsuper FROM pg_roles WHERE rolname = current_user";
        assert!(!read.one(sql, &[]).await.unwrap().unwrap().bool(0));
    }

    async fn two_nodes_may_start_at_once(world) {
        let (one, two) = tokio::join!(world.second_node(), world.second_node());
        for node in [one, two] {
            let mut read = node.read(&node.operator()).await.unwrap();
            assert_eq!(Account::all(&mut read).await.unwrap().len(), 2);
        }
    }

    async fn a_slug_is_taken_only_once(world) {
        let scope = world.store.operator();
        let mut tx = world.store.begin(&scope, Act::by(Actor::System("story"))).await.unwrap();
        let twin = NewAccount {
            slug: "lumen".into(), name: "Twin".into(), vertical: "auto".into(),
            country: "be".into(), language: "nl".into(), profile: "{}".into(),
        };
        assert_eq!(tx.add_account(twin).await.unwrap_err().code(), "account_exists");
    }
}
