//! Forms, enquiries, leads, their threads and their mail
