"""What do exports call our fields? A table of names in English, German, French, Spanish, Italian and Portuguese; read by `proposing`.

Names are compared by letters and digits alone, without case and accents: “E-Mail”, “e_mail” and “EMAIL” are one.
"""

from __future__ import annotations

_PERSON = {
    "email": (
        "email, e-mail address, email address, mail, primary email, work email, business email, e-mail-adresse, "
        "mailadresse, "
        "courriel, adresse e-mail, adresse mail, mél, correo, correo electrónico, dirección de correo, "
        "posta elettronica, indirizzo email, "
        "endereço de e-mail, correio eletrónico, email 1 value, person email work, email from"
    ),
    "phone": (
        "phone, phone number, telephone, tel, mobile, mobile phone, mobile phone number, cell, cell phone, "
        "work phone, business phone, "
        "telefon, telefonnummer, rufnummer, handy, mobiltelefon, mobil, téléphone, numéro de téléphone, "
        "portable, teléfono, móvil, celular, "
        "telefono, cellulare, numero di telefono, telefone, telemóvel, person phone work"
    ),
    "first_name": (
        "first name, firstname, given name, forename, fname, lead first name, vorname, rufname, prénom, nombre, "
        "nombre de pila, nome, "
        "primeiro nome, nome proprio"
    ),
    "last_name": (
        "last name, lastname, surname, family name, lname, lead last name, nachname, familienname, zuname, nom, "
        "nom de famille, apellido, "
        "apellidos, cognome, sobrenome, apelido, último nome"
    ),
    "full_name": (
        "full name, name, contact, contact name, lead name, person name, person, customer name, ansprechpartner, "
        "kontakt, vollständiger name, "
        "kontaktperson, nom complet, nom du contact, interlocuteur, nombre completo, contacto, nome completo, "
        "contatto, referente, nome do contato, contato"
    ),
    "title": (
        "job title, jobtitle, title, position, role, job position, function, berufsbezeichnung, "
        "stellenbezeichnung, funktion, position im unternehmen, "
        "poste, fonction, titre, cargo, puesto, mansione, ruolo, qualifica, função"
    ),
    "company": (
        "company, company name, account, account name, organisation, organization, organisation name, "
        "organization name, employer, business name, "
        "firma, firmenname, unternehmen, société, entreprise, raison sociale, empresa, compañía, azienda, "
        "ragione sociale, società, companhia, "
        "associated company, partner name"
    ),
    "country": (
        "country, country region, country code, land, pays, país, paese, nazione, mailing country, "
        "billing country, staat"
    ),
    "territory": (
        "territory, region, sales region, sales territory, gebiet, vertriebsgebiet, territoire, région, "
        "territorio, zona, regione, território, região"
    ),
    "segment": "segment, customer segment, business segment, kundensegment, tier, segmento",
}
_ORIGIN = {
    "source": (
        "source, lead source, leadsource, original source, origin, utm source, first touch source, "
        "contact source, herkunft, quelle, leadquelle, "
        "lead-quelle, provenance, origine, source du lead, origen, fuente, fuente del lead, fonte, origem, "
        "provenienza, origem do lead, how did you hear about us"
    ),
    "channel": (
        "channel, marketing channel, utm medium, medium, lead channel, kanal, canal, canale, "
        "original source type, sales channel, vertriebskanal"
    ),
    "campaign": (
        "campaign, campaign name, utm campaign, campaign id, kampagne, kampagnenname, campagne, "
        "nom de la campagne, campaña, nombre de la campaña, "
        "campagna, campanha, nome da campanha, campaignid, fb campaign id, ad campaign"
    ),
}
_HELD = {
    "owner": (
        "owner, lead owner, contact owner, account owner, deal owner, opportunity owner, record owner, "
        "sales rep, sales agent, salesperson, "
        "account manager, assigned to, responsible, owner id, owner name, ownerid, zuständig, bearbeiter, "
        "besitzer, verantwortlich, verantwortlicher, "
        "vertriebsmitarbeiter, betreuer, inhaber, propriétaire, responsable, commercial, vendeur, assigné à, "
        "propietario, vendedor, asignado a, "
        "proprietario, responsabile, venditore, assegnato a, proprietário, responsável, atribuído a, "
        "potential owner, person owner, user id"
    ),
    "team": (
        "team, sales team, owner team, vertriebsteam, équipe, équipe commerciale, equipo, squadra, equipe, "
        "equipa, equipo de ventas"
    ),
}
_CREATED = (
    "created at, created, created on, created date, create date, createdate, created time, creation date, "
    "date created, date added, lead created, "
    "first contact date, registered at, registration date, signup date, sign up date, submitted at, "
    "inquiry date, entry date, erstellt, erstellt am, "
    "angelegt am, anlagedatum, erstelldatum, erstellungsdatum, eingang, eingangsdatum, datum, date de création, "
    "créé le, date d'ajout, "
    "fecha de creación, creado, creado el, fecha de alta, data di creazione, creato il, data creazione, "
    "data de criação, criado em, data de cadastro, "
    "dateadded, add time, deal created, lead created time"
)
_NUMBER = (
    "id, number, no, nr, lfd nr, key, record id, external id, identifier, uuid, guid, kennung, nummer, numéro, "
    "identifiant, número, identificador, identificativo, codice"
)
_LEAD_NUMBER = (
    "lead id, leadid, lead number, lead no, lead nr, contact id, contactid, person id, prospect id, customer id, "
    "kontaktnummer, kundennummer, leadnummer, "
    "contact number, contact no, contact nr, kunden nr, customer no, customer number, kontakt nr, "
    "lead nummer, lead key, mql id, case id, case, case concept name, lead or contact id, record id"
)
_REASON = (
    "reason, lost reason, loss reason, closed lost reason, lead lost reason, disqualification reason, "
    "reason for loss, grund, verlustgrund, ablehnungsgrund, raison, raison de la perte, motif, motif de perte, "
    "motivo, motivo de pérdida, motivo della perdita, motivo da perda"
)
_STAGE = (
    "stage, lead stage, lead status, status, lifecycle stage, funnel stage, pipeline stage, lifecyclestage, "
    "stufe, phase, lead-status, statut, étape, "
    "statut du lead, estado, etapa, fase, estado del lead, stato, stadio, stato del lead, estágio, status do lead"
)
_AMOUNT = (
    "amount, value, deal value, deal amount, close value, opportunity amount, revenue, expected revenue, total, "
    "price, betrag, wert, auftragswert, "
    "umsatz, summe, volumen, montant, valeur, chiffre d'affaires, importe, monto, valor, ingresos, importo, "
    "valore, ricavi, receita, montante, expected amount"
)
_CURRENCY = (
    "currency, currency code, currency iso code, währung, devise, monnaie, moneda, divisa, valuta, moeda, deal currency"
)
_STARTS = (
    "start, start date, starts at, begin, begin date, from, start datetime, beginn, startdatum, von, "
    "date de début, début, fecha de inicio, inicio, data di inizio, data inizio, data de início, início, "
    "reporting starts"
)
_ENDS = (
    "end, end date, ends at, until, to, ende, enddatum, bis, date de fin, fin, fecha de fin, "
    "fecha de finalización, data di fine, data fine, data de fim, data de término, fim, reporting ends"
)
_DAY = (
    "date, day, datum, tag, jour, fecha, día, data, giorno, dia, week, woche, semaine, semana, settimana, month, monat"
)
_WEB = (
    "website, web site, domain, company domain, company domain name, website url, url, web, homepage, webseite, "
    "site web, site internet, sitio web, dominio, sito web, site, domínio, domaine, organization website"
)
_INDUSTRY = (
    "industry, sector, branch, branche, wirtschaftszweig, secteur, secteur d'activité, industria, "
    "sector industrial, settore, indústria, setor, companyindustry"
)

NAMES: dict[str, dict[str, str]] = {
    "leads": {
        "external_id": f"{_LEAD_NUMBER}, {_NUMBER}",
        "created_at": _CREATED,
        **_PERSON,
        "company_external_id": (
            "company id, account id, accountid, organization id, organisation id, firmennummer, "
            "associated company ids, companyid"
        ),
        **_ORIGIN,
        "stage": _STAGE,
        "stage_at": (
            "stage since, status since, status changed, stage changed, status changed at, last stage change, "
            "stage date, status seit, stufe seit, date du statut"
        ),
        "reason": _REASON,
        **_HELD,
        "consent.marketing": (
            "consent, marketing consent, opt in, newsletter, newsletter opt in, email opt in, gdpr consent, "
            "einwilligung, werbeeinwilligung, consentement, "
            "consentimiento, consenso, consentimento, subscribed, accepts marketing, email marketing status, "
            "marketing opt in"
        ),
    },
    "companies": {
        "external_id": f"company id, account id, accountid, organization id, organisation id, companyid, {_NUMBER}",
        "name": f"name, companyname, {_PERSON['company']}",
        "domain": _WEB,
        "industry": _INDUSTRY,
        "employees": (
            "employees, number of employees, employee count, headcount, company size, numberofemployees, "
            "mitarbeiter, mitarbeiterzahl, anzahl mitarbeiter, effectif, nombre de salariés, empleados, "
            "número de empleados, dipendenti, numero di dipendenti, funcionários, número de funcionários"
        ),
        "annual_revenue": (
            "annual revenue, annualrevenue, revenue, turnover, yearly revenue, jahresumsatz, umsatz, "
            "chiffre d'affaires, ingresos anuales, facturación, fatturato, receita anual, faturamento"
        ),
        "country": f"{_PERSON['country']}, companycountry, hq country, office location, address country",
        "parent": (
            "parent, parent company, parent account, parentid, parent id, subsidiary of, muttergesellschaft, "
            "konzern, société mère, empresa matriz, società madre, empresa-mãe"
        ),
    },
    "activities": {
        "external_id": f"activity id, task id, taskid, event id, eventid, call id, engagement id, {_NUMBER}",
        "lead_external_id": f"lead, {_LEAD_NUMBER}, who id, whoid, lead external id, tracking id",
        "email": f"{_PERSON['email']}, associated contact email, contact email, lead email",
        "kind": (
            "kind, activity type, type, engagement type, event type, call type, activity kind, art, "
            "aktivitätsart, type d'activité, tipo, tipo de actividad, tipo di attività, tipo de atividade, "
            "task subtype, action"
        ),
        "at": (
            "at, activity date, date, timestamp, time, happened at, occurred at, call start time, "
            "start datetime, event time, date hit, datehit, datum, zeitpunkt, date de l'activité, fecha, data, "
            f"hora, {_CREATED}, due date, marked as done time"
        ),
        "by": (
            "by, done by, activity owner, call owner, event owner, task owner, performed by, user, "
            f"{_HELD['owner']}, benutzer, utilisateur, usuario, utente, usuário, assigned to user"
        ),
        "campaign": _ORIGIN["campaign"],
        "asset": "asset, content, document, form, form name, page title, page, material, download, whitepaper",
        "channel": _ORIGIN["channel"],
        "url": "url, page url, link, web address, seite, adresse de la page, enlace, pagina, referrer",
        "subject": (
            "subject, activity subject, title, topic, call meeting title subject, betreff, objet, sujet, asunto, "
            "oggetto, assunto"
        ),
        "outcome": (
            "outcome, result, call outcome, meeting outcome, call result, call disposition, calldisposition, "
            "ergebnis, résultat, resultado, esito, risultato, response"
        ),
    },
    "stages": {
        "lead_external_id": f"lead, {_LEAD_NUMBER}, lead external id, {_NUMBER}",
        "stage": f"{_STAGE}, activity, concept name, to, new stage, to stage, new value, step, event, task",
        "at": (
            "at, timestamp, complete timestamp, time timestamp, time, changed at, change date, date, entered at, "
            "start time, datum, zeitpunkt, date du changement, fecha, data, end time"
        ),
        "by": (
            "by, changed by, resource, org resource, user, edited by, geändert von, modifié par, modificado por, "
            "modificato da, alterado por, agent"
        ),
        "reason": _REASON,
        **_HELD,
    },
    "deals": {
        "external_id": (
            "deal id, opportunity id, opportunityid, potential id, potentialid, order id, order number, "
            f"auftragsnummer, {_NUMBER}"
        ),
        "lead_external_id": f"lead, {_LEAD_NUMBER}, lead external id, associated contact ids",
        "company": _PERSON["company"] + ", associated company domain",
        "owner": _HELD["owner"],
        "amount": _AMOUNT,
        "currency": _CURRENCY,
        "status": (
            "status, deal status, deal stage, stage, stagename, stage name, opportunity stage, won lost, "
            "outcome, phase, statut, étape, estado, etapa, stato, fase, estágio, is won, sales stage"
        ),
        "opened_at": f"opened at, open date, opened, engage date, {_CREATED}",
        "closed_at": (
            "closed at, close date, closing date, closed on, closed, won date, won time, lost time, date closed, "
            "expected close date, abschlussdatum, abgeschlossen am, geschlossen am, date de clôture, "
            "date de signature, fecha de cierre, data di chiusura, data chiusura, data de fechamento, "
            "deal closed on"
        ),
        "lost_reason": _REASON,
        "kind": (
            "kind, deal type, type, opportunity type, new or existing, art, typ, type d'affaire, tipo, "
            "tipo de negocio, tipo di trattativa, tipo de negócio"
        ),
    },
    "campaigns": {
        "external_id": f"campaign id, campaignid, kampagnennummer, {_NUMBER}",
        "name": f"name, title, bezeichnung, nom, nombre, nome, titel, {_ORIGIN['campaign']}",
        "type": (
            "type, campaign type, kind, art, typ, kampagnentyp, type de campagne, tipo, tipo de campaña, "
            "tipo di campagna, tipo de campanha"
        ),
        "status": "status, campaign status, state, statut, état, estado, stato, situação",
        "starts_at": _STARTS,
        "ends_at": _ENDS,
        "budget": (
            "budget, budgeted cost, budgetedcost, planned cost, planned budget, plankosten, geplante kosten, "
            "budget prévu, coût prévu, presupuesto, costo presupuestado, budget previsto, orçamento"
        ),
    },
    "spend": {
        "date": f"{_DAY}, reporting date, spend date",
        "starts_at": _STARTS,
        "ends_at": _ENDS,
        "amount": (
            "amount, spend, spent, cost, costs, actual cost, actualcost, amount spent, ad spend, adspend, "
            "total spend, total cost, kosten, ausgaben, werbekosten, ausgegebener betrag, dépenses, dépense, "
            "coût, montant dépensé, montant, gasto, importe gastado, costo, coste, spesa, importo speso, custo, "
            "gasto total, valor gasto"
        ),
        "currency": _CURRENCY,
        "campaign": f"{_ORIGIN['campaign']}, name",
        "channel": f"{_ORIGIN['channel']}, platform, network, plattform, plateforme, plataforma, piattaforma",
        "source": _ORIGIN["source"],
    },
    "users": {
        "external_id": f"user id, userid, employee id, personalnummer, {_NUMBER}",
        "name": (
            "name, user, user name, employee, sales agent, sales rep, mitarbeiter, benutzer, utilisateur, "
            f"collaborateur, usuario, empleado, utente, dipendente, usuário, funcionário, {_PERSON['full_name']}"
        ),
        "email": f"{_PERSON['email']}, username, login",
        "team": (
            f"{_HELD['team']}, department, regional office, abteilung, département, service, "
            "departamento, reparto, gruppo, grupo"
        ),
        "active": "active, is active, enabled, status, aktiv, actif, activo, attivo, ativo",
    },
    "rates": {
        "currency": f"{_CURRENCY}, from, code, iso",
        "date": f"{_DAY}, valid from, as of, gültig ab, stichtag",
        "rate": (
            "rate, exchange rate, kurs, wechselkurs, taux, taux de change, tasa, tipo de cambio, tasso, cambio, "
            "taxa, taxa de câmbio, value"
        ),
    },
    "series": {
        "metric": (
            "metric, measure, kpi, indicator, name, kennzahl, messgröße, indicateur, métrique, métrica, "
            "indicador, metrica, indicatore"
        ),
        "date": _DAY,
        "value": "value, count, number, amount, wert, anzahl, valeur, valor, valore, total",
        "campaign": _ORIGIN["campaign"],
        "channel": _ORIGIN["channel"],
        "source": _ORIGIN["source"],
    },
}

SPEAKS_OF: dict[str, str] = {
    "leads": (
        "lead, leads, contact, contacts, prospect, person, people, kontakt, kontakte, interessenten, contactos, "
        "contatti, contatos, mql"
    ),
    "companies": (
        "company, companies, account, accounts, organization, organizations, organisations, firmen, unternehmen, "
        "sociétés, entreprises, empresas, aziende"
    ),
    "activities": (
        "activity, activities, call, calls, event, events, task, tasks, meeting, engagement, hit, hits, "
        "aktivitäten, activités, actividades, attività, atividades, member, members"
    ),
    "stages": "history, stages, log, verlauf, historique, historial, cronologia, histórico",
    "deals": (
        "deal, deals, opportunity, opportunities, potential, potentials, pipeline, sales, order, orders, "
        "chancen, aufträge, affaires, opportunités, negocios, oportunidades, opportunità, trattative, negócios"
    ),
    "campaigns": "campaign, campaigns, kampagnen, campagnes, campañas, campagne, campanhas",
    "spend": (
        "spend, cost, costs, ads, ad, kosten, ausgaben, dépenses, gastos, spese, custos, impressions, clicks, cpc, cpm"
    ),
    "users": (
        "user, users, team, teams, staff, employees, mitarbeiter, benutzer, utilisateurs, usuarios, utenti, "
        "usuários, agents"
    ),
    "rates": "rates, rate, exchange, fx, kurse, wechselkurse, taux, tasas, tassi, taxas",
    "series": "series, metrics, kpis, sessions, traffic, analytics, kennzahlen",
}
"""Words in the name of a file, and in the names of its columns, that tell what is in it."""
